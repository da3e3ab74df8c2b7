// Packets of which nobody worked out where they go, in words.
import { exceptionsOf, packetsWords } from './diff-packets.js'
import { mannerOf } from './diff-manner.js'
import type { Sides } from './diff-sides.js'

export function unexaminedWords(sides: Sides): readonly string[] {
  const manner = mannerOf(sides)
  return sides.difference.unexamined.map((one) => {
    const others = exceptionsOf({ ...one, but: [] }, manner)
    const words = packetsWords({ ...one, isExact: true }, manner)
    return others.length === 0 ? words : `${words}, but not ${others.join(' or ')}`
  })
}
