// Lines of a target's files that configure each plan item.
import { groupBy, groupPairs } from '../stdlib/group-by.js'
import { ownedLinesOf, type RenderedFile, type TextFile } from '../targets/target.js'
import type { Location, PlanItemId } from './comparison.js'
import type { ItemOf } from './plan-items.js'

export function locationsOf(
  files: readonly RenderedFile[],
  itemOf: ItemOf,
): ReadonlyMap<PlanItemId, readonly Location[]> {
  return groupPairs(files.flatMap((file) => ('symlink' in file ? [] : locationsIn(file, itemOf))))
}

/** Lines of one item with one mechanism are one location. */
function locationsIn(file: TextFile, itemOf: ItemOf): readonly (readonly [PlanItemId, Location])[] {
  const text = file.content.split('\n')
  const owned = ownedLinesOf(file).flatMap(({ number, origins, mechanism }) =>
    [...new Set(origins.flatMap((origin) => itemOf(origin) ?? []))].map((id) => ({ id, mechanism, number })),
  )
  const groups = groupBy(owned, ({ id, mechanism }) => `${id} ${mechanism}`)
  return [...groups.values()].map((group) => {
    const [{ id, mechanism }] = group
    const numbers = group.map(({ number }) => number)
    const lines = numbers.map((number) => text[number - 1]?.trim() ?? '')
    return [id, { path: file.path, mechanism, ranges: rangesOf(numbers), lines }]
  })
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
