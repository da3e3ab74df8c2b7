// What a plan allows but its writer hardly meant; said once the plan is known, so that it speaks of real rules.
import type { Reporter } from '../diagnostics/reporter.js'
import { families } from '../kernel/family.js'
import type { Network } from '../network/network.js'
import { refusedNexthops } from '../lookup/gateway-check.js'
import { factsOf, mainEnds } from './facts.js'
import { sharedLinks } from './lower-sysctls.js'
import type { KernelPlan } from './plan.js'
import { warnOfGateway, warnOfUnclaimed } from './warn-gateways.js'
import { warnOfRules, warnOfTables } from './warn-rules.js'

export function warn(network: Network, plan: KernelPlan, reporter: Reporter): void {
  const facts = factsOf(network, plan)
  warnOfRules(plan, facts, reporter)
  warnOfTables(network, plan, facts, reporter)
  tellOfRefused(plan, reporter)
  for (const gateway of network.gateways) warnOfGateway(gateway, network, facts, reporter)
  warnOfUnclaimed(network, facts, reporter)
  const { default: choice } = network
  const isUnwritten = choice.kind === 'none' && !choice.written
  if (isUnwritten && network.gateways.length > 0 && !families.some((family) => mainEnds(facts, family)))
    reporter.report('default-absent', {})
  if (!network.sysctls.auto)
    for (const { link, prefix, other } of sharedLinks(network))
      reporter.at(...link.path, 'addresses').report('links-share-prefix', { prefix, other })
}

/** Each rule once, with the first route that it stands in the way of. */
function tellOfRefused(plan: KernelPlan, reporter: Reporter): void {
  const told = new Set<string>()
  for (const { route, nexthop, rule } of refusedNexthops(plan)) {
    const path = rule.origin.path.slice(0, 2)
    if (told.has(path.join('.'))) continue
    told.add(path.join('.'))
    const via = nexthop.via?.text ?? ''
    reporter.at(...path).report(
      'nexthop-rejected',
      { via, route: route.origin.reason },
      {
        help: `Put a rule \`{ to: ${via}, table: main }\` in front of it, or say \`onlink: true\` on the gateway.`,
      },
    )
  }
}
