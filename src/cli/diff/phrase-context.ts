// Which networks of links need no number to be known, since the link has no other?
import { formatPrefix, networkOf } from '../../kernel/prefix.js'
import type { Manner } from './packets.js'
import type { Sides } from './inputs.js'

export function mannerOf({ before, after, difference }: Sides): Manner {
  const counts = new Map<string, Set<string>>()
  for (const { name, addresses } of [...before.plan.links, ...after.plan.links])
    for (const address of addresses)
      for (const [as, text] of [
        ['network', formatPrefix(networkOf(address))],
        ['address', address.address.text],
      ] as const) {
        const key = `${name} ${address.family} ${as}`
        counts.set(key, (counts.get(key) ?? new Set()).add(text))
      }
  return {
    invented: difference.invented,
    isOfBoth: false,
    isOnly: ({ prefix, of }) =>
      of !== undefined && of.as !== 'part' && counts.get(`${of.link} ${prefix.family} ${of.as}`)?.size === 1,
  }
}
