// Missing default route for sockets without a source.
import type { Reporter } from '../diagnostics/reporter.js'
import { families, type Family } from '../kernel/family.js'
import type { Packet } from '../kernel/packet.js'
import { exampleOf } from './example.js'
import type { LintContext } from './context.js'

export function checkMissingDefault(host: LintContext, reporter: Reporter): void {
  const { plan } = host
  if (plan.intent.defaultDisabled || plan.intent.gateways.length === 0) return
  const packetIn = (family: Family): Packet => ({ family, dst: host.remoteAddress(family) })
  if (families.some((family) => host.lookup(packetIn(family)).kind !== 'none')) return
  const used = families.find((family) =>
    plan.state.links.some(({ addresses }) => addresses.some((prefix) => prefix.family === family)),
  )
  reporter.report('default-absent', {}, { example: used && exampleOf(host, packetIn(used)) })
}
