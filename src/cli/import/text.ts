// Text of an import: what was not understood, and the proof.
import { printable } from '../../diagnostics/sanitize.js'
import type { ImportDifference } from '../../import/differences.js'
import { diffBlocks } from '../diff/text.js'
import { diffView } from '../diff/view.js'
import { columns } from '../format/columns.js'
import { verifyText } from '../format/verify.js'
import { countOf } from '../runtime/findings.js'
import {
  acceptable,
  isEmpty,
  liveHeading,
  sourceLine,
  type DifferenceGroup,
  type ImportReport,
} from './report.js'

/** More of one kind are only counted. */
const MAX_SHOWN = 12

/** The proof, without the problems, which are diagnostics. Ends with a line break. */
export function importText(report: ImportReport): string {
  const { groups, imported, host, live, open } = report
  const heading = liveHeading(live)
  const blocks = [
    [summaryLine(report)],
    ...groups.flatMap((group) => (group.kind === 'packets' ? packetBlocks(report) : [])),
    ...groups.filter(({ kind }) => kind !== 'packets').map(groupLines),
    renumberedLines(report),
    ...(live === undefined || heading === undefined
      ? []
      : [
          [
            heading,
            ...verifyText(live, imported.source.plan, (path) =>
              sourceLine(imported.source.placeOf(path), host),
            )
              .trimEnd()
              .split('\n')
              .map((line) => (line === '' ? '' : `  ${line}`)),
          ],
        ]),
    open.length === 0 ? [] : [`--accept ${open.join(',')} accepts what differs.`],
  ]
  return blocks
    .filter((lines) => lines.length > 0)
    .map((lines) => lines.map((line) => `${line}\n`).join(''))
    .join('\n')
}

const SAME = 'The same for every packet'

/** `The same for every packet.`, or how many are not. What a router would advertise is not in the proof. */
export function summaryLine({ imported: { comparison, source }, groups }: ImportReport): string {
  if (comparison === undefined) return 'No proof: the description has errors.'
  if (isEmpty(source)) return 'Nothing to compare: the files have no link, route or rule that is understood.'
  const { reroutes, unanalyzed } = comparison.difference
  const sets = [
    countOf(reroutes.length, 'traffic class', 'es') &&
      `${countOf(reroutes.length, 'traffic class', 'es')} rerouted`,
    countOf(unanalyzed.length, 'traffic class', 'es') &&
      `${countOf(unanalyzed.length, 'traffic class', 'es')} not analyzed`,
  ].filter((part) => part !== '')
  const unless = groups.some(({ kind }) => kind === 'accept-ra') ? ', unless a router advertises IPv6' : ''
  const packets = sets.length === 0 ? `${SAME}${unless}.` : `Not the same: ${sets.join(', ')}.`
  const state = groups.reduce(
    (sum, { kind, differences }) => sum + (kind === 'packets' ? 0 : differences.length),
    0,
  )
  return state === 0 ? packets : `${packets} The kernel state has ${countOf(state, 'difference')}.`
}

const packetBlocks = ({ diff }: ImportReport): readonly (readonly string[])[] =>
  diff === undefined ? [] : diffBlocks({ ...diffView(diff), sections: [] }, false)

export const groupTitle = ({ kind, isAccepted, differences }: DifferenceGroup): string =>
  `${kind}: ${acceptable[kind]} (${differences.length}${isAccepted ? ', accepted' : ''})`

function groupLines(group: DifferenceGroup): readonly string[] {
  const shown = group.differences.slice(0, MAX_SHOWN)
  const more = group.differences.length - shown.length
  return [
    groupTitle(group),
    ...columns(shown.map((one) => [`  ${signs[one.change]} ${printable(one.what)}`, printable(one.why)])),
    ...(more === 0 ? [] : [`  ${more} more; --format json lists all`]),
  ]
}

export const signs: Readonly<Record<ImportDifference['change'], string>> = {
  added: '+',
  removed: '-',
  changed: '~',
}

export function renumberedLines({ imported: { comparison } }: ImportReport): readonly string[] {
  const count = comparison?.renumbered ?? 0
  if (count === 0) return []
  return [
    `${count} ${count === 1 ? 'priority or metric has another number' : 'priorities and metrics have other numbers'} in the same order (--keep-numbers keeps them).`,
  ]
}
