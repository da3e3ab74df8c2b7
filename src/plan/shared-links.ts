// Links that share an IPv4 prefix.
import { ipv4Value } from '../kernel/address.js'
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

const isIpv4Network = (prefix: Prefix): boolean => prefix.family === 'inet' && !isHostPrefix(prefix)

/** Each link once, with the first prefix that another link has, too. */
export function sharedLinks<Link extends Addressed>(links: readonly Link[]): readonly SharedLink<Link>[] {
  const entries = links
    .flatMap((link) =>
      link.addresses.filter(isIpv4Network).map((address) => {
        const prefix = networkOf(address)
        return { link, prefix, start: ipv4Value(prefix.address) }
      }),
    )
    .sort((a, b) => a.start - b.start || a.prefix.length - b.prefix.length)
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
