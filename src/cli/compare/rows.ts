// What of a comparison is alike, so that a page says it once? Shared by the terminal's text and Markdown.
import type {
  Cell,
  ComparedStack,
  Comparison,
  Mechanism,
  PlanItem,
  Location,
} from '../../compare/comparison.js'
import { mechanismLabels } from '../../compare/labels.js'
import { familyFlag, familyName } from '../../kernel/family.js'
import { countOf } from '../runtime/findings.js'

/** Stacks that say it in the very same way. */
export interface Alike {
  readonly stacks: readonly string[]
  readonly cell: Cell
  /** Whether the lines have the same numbers in all of them. */
  readonly numbered: boolean
}

export function alikeCells({ stacks }: Comparison, { id }: PlanItem): readonly Alike[] {
  const groups = new Map<string, { readonly stacks: string[]; readonly cells: Cell[] }>()
  for (const stack of stacks) {
    const cell = stack.cells[id]
    if (cell === undefined) continue
    const key = JSON.stringify([
      cell.cost,
      cell.why,
      cell.since,
      cell.losses,
      cell.places.map(({ path, cost, lines }) => [path, cost, lines]),
    ])
    const group = groups.get(key)
    if (group === undefined) groups.set(key, { stacks: [stack.id], cells: [cell] })
    else {
      group.stacks.push(stack.id)
      group.cells.push(cell)
    }
  }
  return [...groups.values()].flatMap(({ stacks: ids, cells }) =>
    cells.slice(0, 1).map((cell) => ({
      stacks: ids,
      cell,
      numbered:
        new Set(cells.map(({ places }) => JSON.stringify(places.map(({ ranges }) => ranges)))).size === 1,
    })),
  )
}

/** `all stacks` where they are more than one and all. */
export const stacksWord = (ids: readonly string[], { stacks }: Comparison): string =>
  ids.length > 1 && ids.length === stacks.length ? 'all stacks' : ids.join(', ')

/** `/etc/conf.d/net:12,15-16`. */
export const locationText = ({ path, ranges }: Location, numbered: boolean): string =>
  numbered
    ? `${path}:${ranges.map(({ from, to }) => (from === to ? String(from) : `${from}-${to}`)).join(',')}`
    : path

/** What it serves, for whom, and the line that asked for it. */
export function reasonOf({ reason, comment, line, families }: PlanItem): string {
  const reported = comment === undefined ? reason : `${reason}: ${comment}`
  const about = [...families.map(familyName), ...(line === undefined ? [] : [`line ${line}`])]
  return about.length === 0 ? reported : `${reported} (${about.join(', ')})`
}

/** What the host must be for it. */
export const needsOf = ({ needs }: PlanItem): readonly string[] =>
  needs.map(
    ({ what, linux, iproute2, nftables }) =>
      `${what}: Linux ${linux}${iproute2 === undefined ? '' : `, iproute2 ${iproute2}`}${nftables === undefined ? '' : `, nftables ${nftables}`}`,
  )

/** That of the host, and the least that will do. */
export const versionWord = ({ consumer, version, least }: ComparedStack): string =>
  `${consumer} ${version}${least === undefined ? '' : ` (≥ ${least})`}`

/** `40 native, 12 beside`. */
export function mechanismsOf({ cells }: ComparedStack): string {
  const counts = new Map<Mechanism, number>()
  for (const { cost } of Object.values(cells)) counts.set(cost, (counts.get(cost) ?? 0) + 1)
  return (Object.keys(mechanismLabels) as Mechanism[])
    .filter((cost) => counts.has(cost) && cost !== 'unwritten')
    .map((cost) => `${counts.get(cost) ?? 0} ${mechanismLabels[cost]}`)
    .join(', ')
}

export const stateWord = (stack: ComparedStack): string =>
  stack.state === 'refused' ? 'refused' : countOf(stack.files.length, 'file')

/** As short as a row can name it. */
export function shortLabels({ kind, words, families }: PlanItem): string {
  if (kind === 'sysctl') return words.replace(/^net\./, '').replace(' = ', '=')
  if (kind === 'link' || kind === 'table') return `${kind} ${words.split(' ')[0] ?? words}`
  if (kind === 'route') return [...families.map(familyFlag), words].join(' ')
  return words.replace(/^pref /, '')
}
