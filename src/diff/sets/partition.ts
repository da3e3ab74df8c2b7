// Cheapest partition of a set of packets: described at once, or in parts that have exact descriptions.
import { memoize } from '../../stdlib/memoize.js'
import { EMPTY } from '../../packets/bdd-nodes.js'
import type { PacketSet, PacketSpace } from '../../packets/packet-space.js'
import type { Packets } from '../difference.js'
import type { SetDescriber } from './describe-set.js'

export interface Part {
  readonly set: PacketSet
  readonly packets: Packets
  /** Packets within `packets` that are not in the set. */
  readonly exclusions: readonly Packets[]
  readonly isExact: boolean
}

/** Partitions of a set, each a list of disjoint sets. */
export type Partitions = (set: PacketSet) => Iterable<readonly PacketSet[]>

export const MAX_PARTS = 8

/** The partition with the shortest description; an inexact description costs most. */
export function cheapestPartition(
  space: PacketSpace,
  describe: SetDescriber,
  set: PacketSet,
  partitions: Partitions,
): readonly Part[] {
  const partFor = memoize((one: PacketSet): Part => partOf(space, describe, one))
  let best: readonly Part[] = [partFor(set)]
  let least = costOf(best)
  if (least <= GOOD_ENOUGH_COST) return best
  for (const partition of partitions(set)) {
    const sets = partition.filter((one) => one !== EMPTY)
    if (sets.length > MAX_PARTS || sets.length >= least) continue
    const parts = sets.map(partFor)
    const cost = costOf(parts)
    if (cost >= least) continue
    best = parts
    least = cost
    if (least <= sets.length + GOOD_ENOUGH_COST - 1) break
  }
  return best
}

/** One part with one exclusion is as good as two parts without. */
const GOOD_ENOUGH_COST = 1.75

const costOf = (parts: readonly Part[]): number =>
  parts.reduce((sum, { exclusions, isExact }) => sum + 1 + exclusions.length * 0.75 + (isExact ? 0 : 20), 0)

function partOf(space: PacketSpace, describe: SetDescriber, set: PacketSet): Part {
  const { packets, all } = describe(set)
  if (all === set) return { set, packets, exclusions: [], isExact: true }
  const exclusions = exclusionsOf(space, describe, space.difference(all, set), all)
  return { set, packets, exclusions: exclusions ?? [], isExact: exclusions !== undefined }
}

/** Describes `set` within `base`; undefined if that is not possible exactly. */
function exclusionsOf(
  { intersect, difference, locallyGenerated }: PacketSpace,
  describe: SetDescriber,
  set: PacketSet,
  base: PacketSet,
): readonly Packets[] | undefined {
  const whole = describe(set, base)
  if (whole.all === set) return [whole.packets]
  const halves = [difference(set, locallyGenerated), intersect(set, locallyGenerated)].filter(
    (half) => half !== EMPTY,
  )
  if (halves.length < 2) return undefined
  const described = halves.map((half) => ({ half, ...describe(half, base) }))
  return described.every(({ half, all }) => half === all)
    ? described.map(({ packets }) => packets)
    : undefined
}
