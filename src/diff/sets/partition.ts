// How a set of packets is best told: at once, or in parts that can be told exactly.
import { EMPTY } from '../../packets/bdd-nodes.js'
import type { PacketSet, PacketSpace } from '../../packets/packet-space.js'
import type { Packets } from '../difference.js'
import type { SetDescriber } from './describe-set.js'

export interface Part {
  readonly set: PacketSet
  readonly packets: Packets
  /** Of the packets of these words those that are not of the set. */
  readonly but: readonly Packets[]
  readonly isExact: boolean
}

/** Ways to divide the set: each a list of sets that are disjoint and make it up. */
export type Partitions = (set: PacketSet) => Iterable<readonly PacketSet[]>

/** No division into more parts than this is worth its lines. */
export const MAX_PARTS = 8

/** The parts that take the least to say; what cannot be said exactly counts most. */
export function cheapestPartition(
  space: PacketSpace,
  worder: SetDescriber,
  set: PacketSet,
  divisions: Partitions,
): readonly Part[] {
  const known = new Map<PacketSet, Part>()
  const part = (one: PacketSet): Part => {
    const made = known.get(one) ?? partOf(space, worder, one)
    known.set(one, made)
    return made
  }
  let best: readonly Part[] = [part(set)]
  let least = costOf(best)
  if (least <= GOOD_ENOUGH_COST) return best
  for (const division of divisions(set)) {
    const sets = division.filter((one) => one !== EMPTY)
    if (sets.length > MAX_PARTS || sets.length >= least) continue
    const parts = sets.map(part)
    const cost = costOf(parts)
    if (cost >= least) continue
    best = parts
    least = cost
    if (least <= sets.length + GOOD_ENOUGH_COST - 1) break
  }
  return best
}

/** One line with one exception is as good as two without. */
const GOOD_ENOUGH_COST = 1.75

const costOf = (parts: readonly Part[]): number =>
  parts.reduce((sum, { but, isExact }) => sum + 1 + but.length * 0.75 + (isExact ? 0 : 20), 0)

function partOf(space: PacketSpace, worder: SetDescriber, set: PacketSet): Part {
  const { packets, all } = worder.wordsOf(set)
  if (all === set) return { set, packets, but: [], isExact: true }
  const exceptions = exceptionsOf(space, worder, space.difference(all, set), all)
  return { set, packets, but: exceptions ?? [], isExact: exceptions !== undefined }
}

/** Of those of `base`; undefined where they cannot be told exactly. */
function exceptionsOf(
  { intersect, difference }: PacketSpace,
  { wordsOf, own }: SetDescriber,
  set: PacketSet,
  base: PacketSet,
): readonly Packets[] | undefined {
  const whole = wordsOf(set, base)
  if (whole.all === set) return [whole.packets]
  const halves = [difference(set, own), intersect(set, own)].filter((half) => half !== EMPTY)
  if (halves.length < 2) return undefined
  const told = halves.map((half) => ({ half, ...wordsOf(half, base) }))
  return told.every(({ half, all }) => half === all) ? told.map(({ packets }) => packets) : undefined
}
