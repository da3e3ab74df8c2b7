// Missing default route for sockets without a source.
import type { Reporter } from '../diagnostics/reporter.js'
import { families } from '../kernel/family.js'
import { exampleOf } from './example.js'
import type { LintContext } from './context.js'

export function checkMissingDefault(host: LintContext, reporter: Reporter): void {
  const { plan } = host
  if (plan.intent.defaultDisabled || plan.intent.gateways.length === 0) return
  const packets = families.map((family) => ({ family, dst: host.remoteAddress(family) }))
  if (packets.some((packet) => host.lookup(packet).kind !== 'none')) return
  const used = packets.find(({ family }) =>
    plan.state.links.some(({ addresses }) => addresses.some((prefix) => prefix.family === family)),
  )
  reporter.report('default-absent', {}, used === undefined ? {} : { example: exampleOf(host, used) })
}
