// Where does an idea stand in a stack's files, with which lines?
import type { RenderedFile, Target } from '../targets/target.js'
import type { Mechanism, PlanItemId, Location } from './comparison.js'
import { mechanismOfLine } from './mechanism.js'
import { kindOf, type NumberedPlan } from './numbered.js'
import { codeLines, ownedLines } from './owned-lines.js'

/** `twin`: the same files of the numbered plan. */
export function placesOf(
  target: Pick<Target, 'id'>,
  files: readonly RenderedFile[],
  twin: readonly RenderedFile[],
  numbered: NumberedPlan,
): ReadonlyMap<PlanItemId, readonly Location[]> {
  const places = new Map<PlanItemId, Location[]>()
  files.forEach((file, index) => {
    const other = twin[index]
    if ('symlink' in file || other === undefined || 'symlink' in other) return
    const text = file.content.split('\n')
    for (const [id, lines] of linesByItem(file.path, file.content, other.content, numbered)) {
      const found = groupByMechanism(target.id, file.path, text, lines)
      places.set(id, [...(places.get(id) ?? []), ...found])
    }
  })
  return places
}

/** Numbers of lines, from 1. */
function linesByItem(
  path: string,
  content: string,
  twin: string,
  { itemOf }: NumberedPlan,
): ReadonlyMap<PlanItemId, readonly number[]> {
  const isLink = (number: number): boolean => kindOf(itemOf(number) ?? '') === 'link'
  const owned = ownedLines(path, twin, isLink)
  const byItem = new Map<PlanItemId, number[]>()
  const code = codeLines(content)
  if (code.length !== owned.length || code.some(({ text }, index) => owned[index]?.text !== text))
    throw new Error(`${path} says something else when its comments do`)
  code.forEach(({ number }, index) => {
    for (const id of new Set(owned[index]?.numbers.flatMap((one) => itemOf(one) ?? []))) {
      const known = byItem.get(id)
      if (known === undefined) byItem.set(id, [number])
      else known.push(number)
    }
  })
  return byItem
}

function groupByMechanism(
  target: string,
  path: string,
  text: readonly string[],
  lines: readonly number[],
): readonly Location[] {
  const byMechanism = new Map<Mechanism, number[]>()
  for (const line of lines) {
    const cost = mechanismOfLine(target, path, text[line - 1] ?? '')
    byMechanism.set(cost, [...(byMechanism.get(cost) ?? []), line])
  }
  return [...byMechanism].map(([cost, numbers]) => ({
    path,
    cost,
    ranges: rangesOf(numbers),
    lines: numbers.map((number) => text[number - 1]?.trim() ?? ''),
  }))
}

function rangesOf(numbers: readonly number[]): Location['ranges'] {
  const ranges: { from: number; to: number }[] = []
  for (const number of numbers) {
    const last = ranges.at(-1)
    if (last?.to === number - 1) last.to = number
    else ranges.push({ from: number, to: number })
  }
  return ranges
}
