// Which of thousands of rules may take a packet at all: found by one word of each selector, not by asking every rule.
import type { LinkName } from '../kernel/link.js'
import type { AddressTokens, PreparedPacket } from './packet.js'
import type { Matcher, RuleEntry } from './rule.js'

/** Gives places in the list of rules one by one, ascending; none is missing of those that take the packet. */
export type RuleIndex = (packet: PreparedPacket) => () => number | undefined

type Places = number[]

interface Buckets {
  /** By the words of the mask, then by those of the prefix. */
  readonly from: Map<string, PrefixBucket>
  readonly to: Map<string, PrefixBucket>
  readonly marks: Map<number, Map<number, Places>>
  readonly iif: Map<LinkName, Places>
  readonly dport: Map<number, Places>
  readonly uid: Map<number, Places>
  /** Whose selector has no such word. */
  readonly rest: Places
}

interface PrefixBucket {
  readonly masks: AddressTokens
  readonly places: Map<string, Places>
}

export function createRuleIndex(entries: readonly RuleEntry[]): RuleIndex {
  const buckets: Buckets = {
    from: new Map(),
    to: new Map(),
    marks: new Map(),
    iif: new Map(),
    dport: new Map(),
    uid: new Map(),
    rest: [],
  }
  for (const [place, entry] of entries.entries()) bucketOf(entry, buckets).push(place)
  return ({ packet, srcTokens, dstTokens, mark, iif, uid }) => {
    const found: Places[] = []
    const add = (places: Places | undefined): void => {
      if (places !== undefined) found.push(places)
    }
    if (srcTokens !== undefined) for (const bucket of buckets.from.values()) add(inBucket(bucket, srcTokens))
    for (const bucket of buckets.to.values()) add(inBucket(bucket, dstTokens))
    for (const [mask, marks] of buckets.marks) add(marks.get((mark & mask) >>> 0))
    add(buckets.iif.get(iif))
    add(packet.dport === undefined ? undefined : buckets.dport.get(packet.dport))
    add(buckets.uid.get(uid))
    return ascending([buckets.rest, ...found].filter(({ length }) => length > 0))
  }
}

function bucketOf({ rule: { selector }, from, to }: RuleEntry, buckets: Buckets): Places {
  const { not, fwmark, dport, uidrange, iif } = selector
  if (not === true) return buckets.rest
  if (from !== undefined) return prefixPlaces(buckets.from, from)
  if (to !== undefined) return prefixPlaces(buckets.to, to)
  if (fwmark !== undefined) {
    const marks = buckets.marks.get(fwmark.mask) ?? new Map<number, Places>()
    buckets.marks.set(fwmark.mask, marks)
    return placesOf(marks, (fwmark.value & fwmark.mask) >>> 0)
  }
  if (dport !== undefined && dport.first === dport.last) return placesOf(buckets.dport, dport.first)
  if (uidrange !== undefined && uidrange.first === uidrange.last) return placesOf(buckets.uid, uidrange.first)
  return iif === undefined ? buckets.rest : placesOf(buckets.iif, iif)
}

function placesOf<Key>(map: Map<Key, Places>, key: Key): Places {
  const places = map.get(key) ?? []
  map.set(key, places)
  return places
}

function prefixPlaces(buckets: Map<string, PrefixBucket>, { words, masks }: Matcher): Places {
  const key = masks.join()
  const bucket = buckets.get(key) ?? { masks, places: new Map<string, Places>() }
  buckets.set(key, bucket)
  return placesOf(bucket.places, words.join())
}

const inBucket = ({ masks, places }: PrefixBucket, words: AddressTokens): Places | undefined =>
  places.get(masks.map((mask, index) => ((words[index] ?? 0) & mask) >>> 0).join())

/** Merged as far as it is asked: the first answer ends the walk, most often long before the lists end. */
function ascending(lists: readonly Places[]): () => number | undefined {
  const heads = lists.map(() => 0)
  return () => {
    let least: number | undefined
    let from = 0
    for (let index = 0; index < lists.length; index++) {
      const place = lists[index]?.[heads[index] ?? 0]
      if (place === undefined || (least !== undefined && least <= place)) continue
      least = place
      from = index
    }
    heads[from] = (heads[from] ?? 0) + 1
    return least
  }
}
