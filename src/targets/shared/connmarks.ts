// Connection marks: an nftables table, loaded after the host's own ruleset, at boot and at each reload of that.
import type { Connmark, KernelPlan } from '../../plan/plan.js'
import { fill } from '../../render/template.js'
import { line, type Banner, type Block } from '../../render/views.js'
import { matchAnyMark, matchNoMark, linkText, matchMark, setMark } from '../../syntax/nftables.js'
import { commentsOf, textFile, type RenderedFile, type Step } from '../target.js'

export const CONNMARKS_PATH = '/etc/nftables.d/multihome.nft'
const NAME = 'multihome-marks'

/** Service manager of the host. */
export type Init = 'systemd' | 'openrc'

/** Empty where the plan marks no connection. */
export function connmarkFiles(
  { state: { connmarks } }: KernelPlan,
  init: Init,
  banner: Banner,
): readonly RenderedFile[] {
  if (connmarks.length === 0) return []
  const ruleset = fill('shared/marks', { banner, ...rulesOf(connmarks) }, 'common-file')
  return [
    textFile(CONNMARKS_PATH, ruleset),
    ...(init === 'systemd' ? unitFiles(banner) : serviceFiles(banner)),
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

const UNIT_FOLDER = '/etc/systemd/system'

/** With the symlinks that `systemctl enable` would make: at boot, and with each start of nftables.service. */
function unitFiles(banner: Banner): readonly RenderedFile[] {
  const unit = `${NAME}.service`
  const service = fill('shared/marks-unit', { banner, ruleset: CONNMARKS_PATH })
  return [
    textFile(`${UNIT_FOLDER}/${unit}`, service),
    ...['sysinit.target', 'nftables.service'].map((wanting): RenderedFile => ({
      path: `${UNIT_FOLDER}/${wanting}.wants/${unit}`,
      symlink: `${UNIT_FOLDER}/${unit}`,
    })),
  ]
}

/** With the symlink that `rc-update add` would make; in the runlevel of nftables, which flushes what was there. */
function serviceFiles(banner: Banner): readonly RenderedFile[] {
  const service = fill('shared/marks-service', { banner, ruleset: CONNMARKS_PATH })
  return [
    textFile(`/etc/init.d/${NAME}`, service, 0o755),
    { path: `/etc/runlevels/default/${NAME}`, symlink: `/etc/init.d/${NAME}` },
  ]
}

/** None where the plan marks no connection. */
export function connmarkSteps({ state: { connmarks } }: KernelPlan, init: Init): readonly Step[] {
  if (connmarks.length === 0) return []
  const why = 'connections are marked by the gateway they came in by'
  if (init === 'openrc') return [{ programs: ['rc-service'], command: `rc-service ${NAME} restart`, why }]
  return [
    { programs: ['systemctl'], command: 'systemctl daemon-reload', why: `systemd reads ${NAME}.service` },
    { programs: ['systemctl'], command: `systemctl reload-or-restart ${NAME}`, why },
  ]
}

/** Before the files are removed; the service deletes its nftables table. */
export function connmarkRemoval({ state: { connmarks } }: KernelPlan, init: Init): readonly Step[] {
  if (connmarks.length === 0) return []
  const stop =
    init === 'openrc'
      ? { programs: ['rc-service'], command: `rc-service --ifstarted ${NAME} stop` }
      : { programs: ['systemctl'], command: `systemctl stop ${NAME}` }
  return [{ ...stop, why: 'connections are no longer marked', when: 'before-files' }]
}
