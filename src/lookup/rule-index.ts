// Index of rules by one field of each selector, for plans with thousands of rules.
import type { LinkName } from '../kernel/link.js'
import type { AddressWords, PreparedPacket } from '../kernel/packet.js'
import type { PrefixTest } from '../kernel/selectors.js'
import type { RuleEntry } from './rule.js'

/** Iterates over positions of rules in ascending order. Includes every rule that matches the packet. */
export type RuleIndex = (packet: PreparedPacket) => () => number | undefined

type Positions = number[]

const createBuckets = () => ({
  /** By mask, then by prefix. */
  from: new Map<string, PrefixBucket>(),
  to: new Map<string, PrefixBucket>(),
  marks: new Map<number, Map<number, Positions>>(),
  iif: new Map<LinkName, Positions>(),
  dport: new Map<number, Positions>(),
  uid: new Map<number, Positions>(),
  /** Rules without an indexed field. */
  rest: [] as Positions,
})

type Buckets = ReturnType<typeof createBuckets>

interface PrefixBucket {
  readonly masks: AddressWords
  readonly positions: Map<string, Positions>
}

export function createRuleIndex(entries: readonly RuleEntry[]): RuleIndex {
  const buckets = createBuckets()
  for (const [position, entry] of entries.entries()) positionsFor(entry, buckets).push(position)
  return ({ packet, srcWords, dstWords, mark, iif, uid }) => {
    const found: Positions[] = []
    const add = (positions: Positions | undefined): void => {
      if (positions !== undefined) found.push(positions)
    }
    if (srcWords !== undefined)
      for (const bucket of buckets.from.values()) add(findInBucket(bucket, srcWords))
    for (const bucket of buckets.to.values()) add(findInBucket(bucket, dstWords))
    for (const [mask, marks] of buckets.marks) add(marks.get((mark & mask) >>> 0))
    add(buckets.iif.get(iif))
    add(packet.dport === undefined ? undefined : buckets.dport.get(packet.dport))
    add(buckets.uid.get(uid))
    return mergeAscending([buckets.rest, ...found].filter(({ length }) => length > 0))
  }
}

function positionsFor({ rule: { selector }, conditions }: RuleEntry, buckets: Buckets): Positions {
  const { not, fwmark, dport, uidrange, iif } = selector
  if (not === true) return buckets.rest
  const prefixes = conditions.flatMap(({ test }) => (test.kind === 'prefix' ? [test] : []))
  const prefix = prefixes.find(({ field }) => field === 'src') ?? prefixes[0]
  if (prefix !== undefined) return prefixPositions(prefix.field === 'src' ? buckets.from : buckets.to, prefix)
  if (fwmark !== undefined) {
    const marks = buckets.marks.get(fwmark.mask) ?? new Map<number, Positions>()
    buckets.marks.set(fwmark.mask, marks)
    return positionsOf(marks, (fwmark.value & fwmark.mask) >>> 0)
  }
  if (dport !== undefined && dport.first === dport.last) return positionsOf(buckets.dport, dport.first)
  if (uidrange !== undefined && uidrange.first === uidrange.last)
    return positionsOf(buckets.uid, uidrange.first)
  return iif === undefined ? buckets.rest : positionsOf(buckets.iif, iif)
}

function positionsOf<Key>(map: Map<Key, Positions>, key: Key): Positions {
  const positions = map.get(key) ?? []
  map.set(key, positions)
  return positions
}

function prefixPositions(buckets: Map<string, PrefixBucket>, { words, masks }: PrefixTest): Positions {
  const key = masks.join()
  const bucket = buckets.get(key) ?? { masks, positions: new Map<string, Positions>() }
  buckets.set(key, bucket)
  return positionsOf(bucket.positions, words.join())
}

const findInBucket = ({ masks, positions }: PrefixBucket, words: AddressWords): Positions | undefined =>
  positions.get(masks.map((mask, index) => ((words[index] ?? 0) & mask) >>> 0).join())

/** Lazy merge of sorted lists: the first answer usually ends the lookup long before the lists end. */
function mergeAscending(lists: readonly Positions[]): () => number | undefined {
  const heads = lists.map(() => 0)
  return () => {
    let least: number | undefined
    let from = 0
    for (let index = 0; index < lists.length; index++) {
      const position = lists[index]?.[heads[index] ?? 0]
      if (position === undefined || (least !== undefined && least <= position)) continue
      least = position
      from = index
    }
    heads[from] = (heads[from] ?? 0) + 1
    return least
  }
}
