// Leaks of one family: policies that apply to the other family only.
import { groupBy } from '../stdlib/group-by.js'
import type { Reporter } from '../diagnostics/reporter.js'
import { families, familyName, otherFamily } from '../kernel/family.js'
import type { Packet } from '../lookup/lookup.js'
import type { SkippedRule } from '../plan/plan.js'
import { exampleOf, otherLocations } from './example.js'
import type { LintContext } from './context.js'
import { packetIn } from './sample-packets.js'

export function checkFamilies(host: LintContext, reporter: Reporter): void {
  reportMarkLeaks(host, reporter, reportSkippedRules(host, reporter))
}

/** Reports rules whose gateway has one family if packets of the other family leave anyway. Returns these gateways. */
function reportSkippedRules(host: LintContext, reporter: Reporter): ReadonlySet<string> {
  const leaks: { readonly rule: SkippedRule; readonly gateway: string; readonly packet: Packet }[] = []
  for (const rule of host.plan.intent.skippedRules) {
    const { family, selectors, gateway } = rule
    if (gateway === undefined) continue
    const all = selectors.map((selector) => ({ family, selector }))
    const leaving = packetIn(host, all, (packet) => host.lookup(packet).kind === 'route')
    if (leaving !== undefined) leaks.push({ rule, gateway, packet: leaving })
  }
  for (const all of groupBy(leaks, ({ gateway, rule: { family } }) => `${gateway} ${family}`).values()) {
    const [{ gateway, rule, packet }] = all
    const { family, origin } = rule
    reporter.at(...origin.path).report(
      'rule-family-narrowed',
      {
        gateway,
        made: familyName(otherFamily(family)),
        other: familyName(family),
        others: all.length - 1,
      },
      {
        on: 'key',
        example: exampleOf(host, packet),
        related: otherLocations(all.map((one) => one.rule.origin)),
      },
    )
  }
  return new Set(leaks.map(({ gateway }) => gateway))
}

function reportMarkLeaks(host: LintContext, reporter: Reporter, reported: ReadonlySet<string>): void {
  for (const { name, fwmark, origin } of host.plan.intent.gateways) {
    if (fwmark === undefined || reported.has(name)) continue
    for (const family of families) {
      const packet = { family, dst: host.remoteAddress(family), mark: fwmark.value }
      const answer = host.lookup(packet)
      if (answer.kind !== 'route') continue
      const { origin: by } = answer.rule
      // A user's rule for the mark is intended.
      if (by.kind === 'rule' || (by.kind === 'gateway' && by.part === 'fwmark' && by.gateway === name))
        continue
      reporter
        .at(...origin.path, 'fwmark')
        .report(
          'family-leak',
          { gateway: name, family: familyName(family) },
          { example: exampleOf(host, packet, answer) },
        )
    }
  }
}
