// Links that share an IPv4 prefix.
import { addressValue } from '../kernel/address.js'
import type { LinkName } from '../kernel/link.js'
import { containsPrefix, formatPrefix, isHostPrefix, networkOf, type Prefix } from '../kernel/prefix.js'

interface Addressed {
  readonly name: LinkName
  readonly addresses: readonly Prefix[]
}

export interface SharedLink<Link> {
  readonly link: Link
  readonly prefix: string
  readonly other: LinkName
}

/** Each link once, with the first prefix that another link has, too. */
export function sharedLinks<Link extends Addressed>(links: readonly Link[]): readonly SharedLink<Link>[] {
  const entries = links
    .flatMap((link) => link.addresses.map((address) => ({ link, prefix: networkOf(address) })))
    .filter(({ prefix }) => prefix.family === 'inet' && !isHostPrefix(prefix))
    .map((entry) => ({ ...entry, start: addressValue(entry.prefix.address) }))
    .sort((a, b) => (a.start < b.start ? -1 : a.start > b.start ? 1 : a.prefix.length - b.prefix.length))
  const shared = new Map<LinkName, SharedLink<Link>>()
  // Two prefixes are nested or disjoint, so the entries that contain the current one are a stack.
  const enclosing: typeof entries = []
  for (const entry of entries) {
    for (let top = enclosing.at(-1); top !== undefined; top = enclosing.at(-1)) {
      if (containsPrefix(top.prefix, entry.prefix)) break
      enclosing.pop()
    }
    const other = enclosing.find(({ link }) => link !== entry.link)
    if (other !== undefined)
      for (const [link, { name }] of [
        [other.link, entry.link],
        [entry.link, other.link],
      ] as const)
        if (!shared.has(link.name))
          shared.set(link.name, { link, prefix: formatPrefix(entry.prefix), other: name })
    enclosing.push(entry)
  }
  return links.flatMap(({ name }) => shared.get(name) ?? [])
}
