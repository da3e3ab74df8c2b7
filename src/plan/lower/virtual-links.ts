// Lowering of virtual links: their dependency order, and the VRFs among them.
import type { LinkName } from '../../kernel/link.js'
import { lowerLinks, type Vrf } from '../../kernel/virtual-link.js'
import type { Link, Network } from '../../network/network.js'

/** Keeps the order, but puts each link after its lower links. */
export function sortByDependency(links: readonly Link[]): readonly Link[] {
  const byName = new Map(links.map((link) => [link.name, link]))
  const placed = new Set<LinkName>()
  const ordered: Link[] = []
  const place = (link: Link | undefined): void => {
    if (link === undefined || placed.has(link.name)) return
    placed.add(link.name)
    for (const part of link.virtual === undefined ? [] : lowerLinks(link.virtual)) place(byName.get(part))
    ordered.push(link)
  }
  for (const link of links) place(link)
  return ordered
}

export const vrfsOf = (network: Network): readonly { readonly link: Link; readonly vrf: Vrf }[] =>
  [...network.links.values()].flatMap((link) =>
    link.virtual?.kind === 'vrf' ? [{ link, vrf: link.virtual }] : [],
  )
