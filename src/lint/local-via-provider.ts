// Networks of the LAN side that a table routes through a gateway.
import type { Reporter } from '../diagnostics/reporter.js'
import { formatPrefix, isHostPrefix, networkOf } from '../kernel/prefix.js'
import { findGateway } from '../plan/find-gateway.js'
import { exampleOf } from './example.js'
import type { LintContext } from './context.js'
import { hostsIn } from './sample-packets.js'
import { nameOfTable } from './rules/rule-origin.js'
import { misroutedWitness } from './misrouted-witness.js'

/** Reports each table once, with the first missing network. */
export function checkLocals(host: LintContext, reporter: Reporter): void {
  const networks = host.inner.flatMap(({ addresses }) =>
    addresses
      .filter((prefix) => !isHostPrefix(prefix))
      .map(networkOf)
      .flatMap((network) =>
        hostsIn(host, network)
          .slice(0, 1)
          .map((dst) => ({ network, dst })),
      ),
  )
  for (const { id, origin } of host.plan.intent.tables) {
    for (const { network, dst } of networks) {
      const { family } = network
      const packet = misroutedWitness(
        host,
        id,
        dst,
        (nexthop) => findGateway(host.plan, family, id, nexthop) !== undefined,
      )
      if (packet === undefined) continue
      const gateway = host.gatewayOfTable.get(id)
      reporter.at(...origin.path, ...(gateway === undefined ? [] : ['connected'])).report(
        'local-through-provider',
        { prefix: formatPrefix(network), table: gateway?.name ?? nameOfTable(host.plan, id) },
        {
          on: 'key',
          example: exampleOf(host, packet),
          ...(gateway === undefined ? { fix: `Add a route to ${formatPrefix(network)}.` } : {}),
        },
      )
      break
    }
  }
}
