// Connection marks: an nftables table, loaded after the host's own ruleset, at boot and at each reload of that.
import type { Connmark, KernelPlan } from '../../plan/plan.js'
import { fill } from '../../render/template.js'
import { line, type Banner, type Block } from '../../render/views.js'
import { matchAnyMark, matchNoMark, linkText, matchMark, setMark } from '../../syntax/nftables.js'
import { restartSteps, serviceFiles, stopStep, type Init } from './service.js'
import { commentsOf, textFile, type RenderedFile, type Step } from '../target.js'

export const CONNMARKS_PATH = '/etc/nftables.d/multihome.nft'
const NAME = 'multihome-marks'

/** Empty where the plan marks no connection. */
export function connmarkFiles(
  { state: { connmarks } }: KernelPlan,
  init: Init,
  banner: Banner,
): readonly RenderedFile[] {
  if (connmarks.length === 0) return []
  const ruleset = fill('shared/marks', { banner, ...rulesOf(connmarks) }, 'common-file')
  const view = { banner, ruleset: CONNMARKS_PATH }
  return [
    textFile(CONNMARKS_PATH, ruleset),
    // At boot, and after each start of the service of nftables, which flushes what was there.
    ...(init === 'systemd'
      ? serviceFiles(NAME, init, fill('shared/marks-unit', view), ['sysinit.target', 'nftables.service'])
      : serviceFiles(NAME, init, fill('shared/marks-service', view), ['default'])),
  ]
}

function rulesOf(marks: readonly Connmark[]) {
  const all = marks.map(({ fwmark }) => fwmark)
  const each = (linesOf: (mark: Connmark) => readonly string[]): readonly Block[] =>
    marks.map((mark) => ({
      comments: commentsOf(mark.origin),
      lines: linesOf(mark).map((text) => line(text, mark.origin)),
    }))
  return {
    arriving: each(({ link, fwmark }) => [
      `iifname ${linkText(link)} ct direction original ${setMark('ct mark', fwmark)}`,
      `iifname ${linkText(link)} ${matchMark('ct mark', fwmark)} return`,
    ]),
    isMarked: matchAnyMark('meta mark', all),
    answering: each(({ fwmark }) => [`${matchMark('ct mark', fwmark)} ${setMark('meta mark', fwmark)}`]),
    leaving: each(({ fwmark }) => [
      `ct direction original ${matchNoMark('ct mark', all)} ${matchMark('meta mark', fwmark)} ${setMark('ct mark', fwmark)}`,
    ]),
  }
}

/** None where the plan marks no connection. */
export const connmarkSteps = ({ state: { connmarks } }: KernelPlan, init: Init): readonly Step[] =>
  connmarks.length === 0
    ? []
    : restartSteps(NAME, init, 'connections are marked by the gateway they came in by', 'reload-or-restart')

/** Before the files are removed; the service deletes its nftables table. */
export const connmarkRemoval = ({ state: { connmarks } }: KernelPlan, init: Init): readonly Step[] =>
  connmarks.length === 0 ? [] : [stopStep(NAME, init, 'connections are no longer marked')]
