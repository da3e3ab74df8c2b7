// Rows of a comparison for text and Markdown: stacks with equal cells share a row.
import { mechanisms } from '../../compare/comparison.js'
import {
  mechanismLabels,
  type Cell,
  type ComparedStack,
  type Comparison,
  type PlanItem,
  type Location,
} from '../../compare/comparison.js'
import { mechanismMeanings } from '../../compare/labels.js'
import { formatLine } from '../../diagnostics/source-line.js'
import { groupBy } from '../../stdlib/group-by.js'
import { familyFlag, familyName } from '../../kernel/family.js'
import { countOf } from '../runtime/findings.js'

/** Stacks that configure an item in the same way. */
export interface Alike {
  readonly stacks: readonly string[]
  readonly cell: Cell
  /** Whether the lines have the same numbers in all stacks. */
  readonly numbered: boolean
}

export function alikeCells({ stacks }: Comparison, { id }: PlanItem): readonly Alike[] {
  const groups = groupBy(
    stacks.flatMap(({ id: stack, cells: { [id]: cell } }) => (cell === undefined ? [] : [{ stack, cell }])),
    ({ cell: { mechanism, why, since, limitations, locations } }) =>
      JSON.stringify([
        mechanism,
        why,
        since,
        limitations,
        locations.map(({ path, mechanism: own, lines }) => [path, own, lines]),
      ]),
  )
  return [...groups.values()].map((group) => ({
    stacks: group.map(({ stack }) => stack),
    cell: group[0].cell,
    numbered: new Set(group.map(({ cell }) => rangesText(cell))).size === 1,
  }))
}

const rangesText = ({ locations }: Cell): string => JSON.stringify(locations.map(({ ranges }) => ranges))

/** `all stacks` if there are several and all are meant. */
export const stacksWord = (ids: readonly string[], { stacks }: Comparison): string =>
  ids.length > 1 && ids.length === stacks.length ? 'all stacks' : ids.join(', ')

/** `/etc/conf.d/net:12,15-16`. */
export const locationText = ({ path, ranges }: Location, numbered: boolean): string =>
  numbered
    ? `${path}:${ranges.map(({ from, to }) => (from === to ? String(from) : `${from}-${to}`)).join(',')}`
    : path

/** Purpose, families and line of the description. */
export function reasonOf({ reason, comment, line, file, families }: PlanItem): string {
  const reported = comment === undefined ? reason : `${reason}: ${comment}`
  const about = [...families.map(familyName), ...(line === undefined ? [] : [formatLine({ line, file })])]
  return about.length === 0 ? reported : `${reported} (${about.join(', ')})`
}

/** Minimum versions. */
export const needsOf = ({ needs }: PlanItem): readonly string[] =>
  needs.map(
    ({ what, linux, iproute2, nftables }) =>
      `${what}: Linux ${linux}${iproute2 === undefined ? '' : `, iproute2 ${iproute2}`}${nftables === undefined ? '' : `, nftables ${nftables}`}`,
  )

/** Version of the host and minimum version. */
export const versionWord = ({ consumer, version, least }: ComparedStack): string =>
  `${consumer} ${version}${least === undefined ? '' : ` (≥ ${least})`}`

/** `40 native, 12 common`. */
export function mechanismsOf({ cells }: ComparedStack): string {
  const groups = groupBy(Object.values(cells), ({ mechanism }) => mechanism)
  return mechanisms
    .filter((mechanism) => groups.has(mechanism) && mechanism !== 'blocked')
    .map((mechanism) => `${groups.get(mechanism)?.length ?? 0} ${mechanismLabels[mechanism]}`)
    .join(', ')
}

/** What each mechanism means that some stack uses. */
export function mechanismLegend({ stacks }: Comparison): readonly string[] {
  const used = new Set(stacks.flatMap(({ cells }) => Object.values(cells).map(({ mechanism }) => mechanism)))
  return mechanisms
    .filter((mechanism) => used.has(mechanism))
    .map((mechanism) => `${mechanismLabels[mechanism]}: ${mechanismMeanings[mechanism]}`)
}

/** Title of what a stack reports, without a full stop. */
export const reportedTitle = ({ id, state }: ComparedStack): string =>
  state === 'refused' ? `${id} refuses the plan: nothing is written` : `${id} has limitations`

/** What to write instead, and what the stack does not do. */
export const cellNotes = ({ alternative, limitations }: Cell): readonly string[] => [
  ...(alternative === undefined ? [] : [`Fix: ${alternative}`]),
  ...limitations.map((limitation) => `Limitation: ${limitation}`),
]

export const stateWord = (stack: ComparedStack): string =>
  stack.state === 'refused' ? 'refused' : countOf(stack.files.length, 'file')

/** Short name for a row. */
export function shortLabels({ kind, words, families }: PlanItem): string {
  if (kind === 'sysctl') return words.replace(/^net\./, '').replace(' = ', '=')
  if (kind === 'link' || kind === 'table') return `${kind} ${words.split(' ')[0] ?? words}`
  if (kind === 'route') return [...families.map(familyFlag), words].join(' ')
  return words.replace(/^pref /, '')
}
