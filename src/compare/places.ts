// Where does an idea stand in a stack's files, with which lines?
import type { RenderedFile, Target } from '../targets/target.js'
import type { Cost, IdeaId, Place } from './comparison.js'
import { costOfLine } from './cost.js'
import { kindOf, type NumberedPlan } from './numbered.js'
import { codeLines, ownedLines } from './owned-lines.js'

/** `twin`: the same files of the numbered plan. */
export function placesOf(
  target: Pick<Target, 'id'>,
  files: readonly RenderedFile[],
  twin: readonly RenderedFile[],
  numbered: NumberedPlan,
): ReadonlyMap<IdeaId, readonly Place[]> {
  const places = new Map<IdeaId, Place[]>()
  files.forEach((file, index) => {
    const other = twin[index]
    if ('symlink' in file || other === undefined || 'symlink' in other) return
    const text = file.content.split('\n')
    for (const [id, lines] of linesByIdea(file.path, file.content, other.content, numbered)) {
      const found = groupByCost(target.id, file.path, text, lines)
      places.set(id, [...(places.get(id) ?? []), ...found])
    }
  })
  return places
}

/** Numbers of lines, from 1. */
function linesByIdea(
  path: string,
  content: string,
  twin: string,
  { ideaOf }: NumberedPlan,
): ReadonlyMap<IdeaId, readonly number[]> {
  const isLink = (number: number): boolean => kindOf(ideaOf(number) ?? '') === 'link'
  const owned = ownedLines(path, twin, isLink)
  const byIdea = new Map<IdeaId, number[]>()
  const code = codeLines(content)
  if (code.length !== owned.length || code.some(({ text }, index) => owned[index]?.text !== text))
    throw new Error(`${path} says something else when its comments do`)
  code.forEach(({ number }, index) => {
    for (const id of new Set(owned[index]?.numbers.flatMap((one) => ideaOf(one) ?? []))) {
      const known = byIdea.get(id)
      if (known === undefined) byIdea.set(id, [number])
      else known.push(number)
    }
  })
  return byIdea
}

function groupByCost(
  target: string,
  path: string,
  text: readonly string[],
  lines: readonly number[],
): readonly Place[] {
  const byCost = new Map<Cost, number[]>()
  for (const line of lines) {
    const cost = costOfLine(target, path, text[line - 1] ?? '')
    byCost.set(cost, [...(byCost.get(cost) ?? []), line])
  }
  return [...byCost].map(([cost, numbers]) => ({
    path,
    cost,
    ranges: rangesOf(numbers),
    lines: numbers.map((number) => text[number - 1]?.trim() ?? ''),
  }))
}

function rangesOf(numbers: readonly number[]): Place['ranges'] {
  const ranges: { from: number; to: number }[] = []
  for (const number of numbers) {
    const last = ranges.at(-1)
    if (last?.to === number - 1) last.to = number
    else ranges.push({ from: number, to: number })
  }
  return ranges
}
