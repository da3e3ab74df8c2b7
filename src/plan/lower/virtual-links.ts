// Lowering of virtual links: dependency order, and reject routes of VRF tables.
import { families } from '../../kernel/family.js'
import type { LinkName } from '../../kernel/link.js'
import { lowerLinks, type Vrf } from '../../kernel/virtual-link.js'
import { anyPrefix } from '../../kernel/prefix.js'
import { REJECT_METRIC } from '../../kernel/route-type.js'
import type { Link, Network } from '../../network/network.js'
import type { Route } from '../plan.js'

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

/** Reject fallback of the VRF's table (vrf.rst): otherwise later rules would look up main. */
export const vrfRoutes = (network: Network): readonly Route[] =>
  vrfsOf(network).flatMap(({ link, vrf }) =>
    families.map((family): Route => ({
      family,
      type: 'unreachable',
      dst: anyPrefix(family),
      table: vrf.table,
      nexthops: [],
      metric: REJECT_METRIC,
      origin: { kind: 'vrf', link: link.name, part: 'reject-fallback', path: [...link.path, 'vrf'] },
    })),
  )
