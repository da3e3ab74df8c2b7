// Marks in rules that nothing sets.
import type { Reporter } from '../diagnostics/reporter.js'
import { formatFwmark, marksOverlap, type Fwmark } from '../kernel/fwmark.js'
import type { Packet } from '../kernel/packet.js'
import { softwareOfMark } from '../software/software.js'
import { entryPath } from '../plan/origin.js'
import { exampleOf } from './example.js'
import type { LintContext } from './context.js'
import { packetsOf } from './sample-packets.js'
import { writtenKey } from './rules/rule-origin.js'

/**
 * Marks usually come from nftables rules outside of the description. But with `marks: nftables` multihome owns the bits
 * of the gateways’ marks, and sets no other values there.
 */
export function checkConnmarks(host: LintContext, reporter: Reporter): void {
  const { plan } = host
  if (plan.state.connmarks.length === 0) return
  const bits = plan.state.connmarks.reduce((all, { fwmark }) => (all | fwmark.mask) >>> 0, 0)
  const reported = new Set<string>()
  for (const rule of plan.state.rules) {
    const key = writtenKey(rule)
    const { fwmark, not } = rule.selector
    if (key === undefined || fwmark === undefined || not === true || reported.has(key)) continue
    if (!hasOnlyBits(fwmark, bits) || softwareOfMark(plan.intent.coexist, fwmark) !== undefined) continue
    if (plan.state.connmarks.some((mark) => marksOverlap(mark.fwmark, fwmark)) || (fwmark.value & bits) === 0)
      continue
    reported.add(key)
    // The intended packet arrives without the mark.
    const { family } = rule
    const [marked = { family, dst: host.remoteAddress(family) }] = packetsOf(host, family, rule.selector)
    const { mark: _mark, ...packet }: Packet = marked
    reporter
      .at(...entryPath(rule.origin), 'fwmark')
      .report('mark-unset', { mark: formatFwmark(fwmark) }, { example: exampleOf(host, packet) })
  }
}

/** Whether all set bits belong to gateways. */
const hasOnlyBits = ({ value }: Fwmark, bits: number): boolean => (value & ~bits) >>> 0 === 0
