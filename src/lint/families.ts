// A policy of one family that the other walks around.
import type { Reporter } from '../diagnostics/reporter.js'
import { families, familyName, otherFamily } from '../kernel/family.js'
import { exampleOf } from './example.js'
import type { Host } from './host.js'
import { findPacket, packetsOf } from './packets-of.js'

export function checkFamilies(host: Host, reporter: Reporter): void {
  warnOfLeftOut(host, reporter)
  warnOfMarks(host, reporter)
}

/** Rules whose gateway has one family only: told where a packet of the other leaves nevertheless. */
function warnOfLeftOut(host: Host, reporter: Reporter): void {
  for (const { family, selectors, gateway, origin } of host.plan.leftOut ?? []) {
    const [leaving] = selectors.flatMap(
      (selector) =>
        findPacket(packetsOf(host, family, selector), (packet) => host.ask(packet).kind === 'route') ?? [],
    )
    if (leaving === undefined) continue
    const args = { gateway, made: familyName(otherFamily(family)), other: familyName(family) }
    reporter
      .at(...origin.path)
      .report('rule-family-narrowed', args, { on: 'key', example: exampleOf(host, leaving) })
  }
}

function warnOfMarks(host: Host, reporter: Reporter): void {
  for (const { name, fwmark, origin } of host.plan.gateways) {
    if (fwmark === undefined) continue
    const path = [...origin.path, 'fwmark']
    for (const family of families) {
      const packet = { family, dst: host.outside(family), mark: fwmark.value }
      const answer = host.ask(packet)
      if (answer.kind !== 'route' || answer.rule.origin.path.join('.') === path.join('.')) continue
      // A rule that somebody wrote for it is somebody’s will.
      if (answer.rule.origin.path[0] === 'rules') continue
      reporter
        .at(...path)
        .report(
          'family-leak',
          { gateway: name, family: familyName(family) },
          { example: exampleOf(host, packet, answer) },
        )
    }
  }
}
