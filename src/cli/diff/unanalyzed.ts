// Packets of which nobody worked out where they go, in words.
import { exceptionsOf, formatPackets } from './packets.js'
import { mannerOf } from './phrase-context.js'
import type { Sides } from './inputs.js'

export function formatUnanalyzed(sides: Sides): readonly string[] {
  const manner = mannerOf(sides)
  return sides.difference.unexamined.map((one) => {
    const others = exceptionsOf({ ...one, but: [] }, manner)
    const words = formatPackets({ ...one, isExact: true }, manner)
    return others.length === 0 ? words : `${words}, but not ${others.join(' or ')}`
  })
}
