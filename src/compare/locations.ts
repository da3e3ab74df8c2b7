// Lines of a target's files that configure each plan item.
import type { OwnedLine } from '../render/template.js'
import type { LineMechanism } from '../render/views.js'
import { ownedLinesOf, type RenderedFile } from '../targets/target.js'
import type { Location, PlanItemId } from './comparison.js'
import type { ItemOf } from './plan-items.js'

export function locationsOf(
  files: readonly RenderedFile[],
  itemOf: ItemOf,
): ReadonlyMap<PlanItemId, readonly Location[]> {
  const locations = new Map<PlanItemId, Location[]>()
  for (const file of files) {
    if ('symlink' in file) continue
    const text = file.content.split('\n')
    for (const [id, byMechanism] of linesByItem(ownedLinesOf(file), itemOf))
      for (const [mechanism, numbers] of byMechanism) {
        const lines = numbers.map((number) => text[number - 1]?.trim() ?? '')
        const location = { path: file.path, mechanism, ranges: rangesOf(numbers), lines }
        locations.set(id, [...(locations.get(id) ?? []), location])
      }
  }
  return locations
}

type Numbers = ReadonlyMap<LineMechanism, number[]>

function linesByItem(lines: readonly OwnedLine[], itemOf: ItemOf): ReadonlyMap<PlanItemId, Numbers> {
  const byItem = new Map<PlanItemId, Map<LineMechanism, number[]>>()
  for (const { number, origins, mechanism } of lines)
    for (const id of new Set(origins.flatMap((origin) => itemOf(origin) ?? []))) {
      const byMechanism = byItem.get(id) ?? new Map<LineMechanism, number[]>()
      byItem.set(id, byMechanism)
      const numbers = byMechanism.get(mechanism)
      if (numbers === undefined) byMechanism.set(mechanism, [number])
      else numbers.push(number)
    }
  return byItem
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
