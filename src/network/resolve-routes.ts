// Resolver of routes: one for each family of a written route, with its next hops.
import type { NexthopDescription, RouteDescription } from '../description/description.js'
import type { Reporter } from '../diagnostics/reporter.js'
import type { Address } from '../kernel/address.js'
import { families, type Family } from '../kernel/family.js'
import { loopback, type LinkName } from '../kernel/link.js'
import { anyPrefix, formatPrefix, hasHostBits, networkOf } from '../kernel/prefix.js'
import { isRejectType } from '../kernel/route-type.js'
import { entriesOf, findLinkOrLoopback, isOnLink, linkHolding, type Links } from './references.js'
import type { NetworkNexthop, NetworkRoute } from './network.js'
import { checkNexthop } from './nexthop.js'

export interface RouteHome {
  readonly links: Links
  /** The gateway's link, for routes of a gateway. */
  readonly link?: LinkName
}

export function resolveRoutes(
  routes: readonly RouteDescription[] | undefined,
  home: RouteHome,
  reporter: Reporter,
): readonly NetworkRoute[] {
  return entriesOf(routes).flatMap(([index, route]) =>
    resolveRoute(route, home, reporter.at('routes', ...index)),
  )
}

function resolveRoute(route: RouteDescription, home: RouteHome, reporter: Reporter): readonly NetworkRoute[] {
  const type = route.type ?? 'unicast'
  const speakers = speakersOf(route)
  const [first] = speakers
  const family = first?.[1].family
  const stranger = speakers.find(([, address]) => address.family !== family)
  if (stranger !== undefined && first !== undefined) {
    reporter.at(...stranger[0]).report('families-mixed', { a: stranger[1].text, b: first[1].text })
    return []
  }
  const isWhole = !reporter.isBroken(...reporter.path)
  if (!isWhole && route.to === undefined) return []
  if (route.to !== 'default' && hasHostBits(route.to)) {
    const text = formatPrefix(route.to)
    reporter.at('to').report('host-bits', { text, network: formatPrefix(networkOf(route.to)) })
    return []
  }
  if (isRejectType(type)) {
    const written = (['via', 'link', 'onlink', 'nexthops', 'src', 'mtu'] as const).filter(
      (key) => route[key] !== undefined,
    )
    for (const key of written) reporter.at(key).report('route-type-conflict', { type, key }, { on: 'key' })
    if (written.length > 0) return []
  }
  checkSource(route, home, reporter)
  const made: NetworkRoute[] = []
  for (const each of family === undefined ? families : [family]) {
    const nexthops = nexthopsOf(route, home, each, reporter)
    if (nexthops === undefined) return []
    made.push({
      family: each,
      type,
      dst: route.to === 'default' ? anyPrefix(each) : route.to,
      nexthops,
      path: reporter.path,
      src: route.src,
      metric: route.metric,
      mtu: route.mtu,
      comment: route.comment,
    })
  }
  return made
}

/** Every address of the route that determines its family, with its key. */
function speakersOf(route: RouteDescription): readonly (readonly [readonly (string | number)[], Address])[] {
  const speakers: [readonly (string | number)[], Address][] = []
  if (route.to !== undefined && route.to !== 'default') speakers.push([['to'], route.to.address])
  if (route.via !== undefined) speakers.push([['via'], route.via])
  if (route.src !== undefined) speakers.push([['src'], route.src])
  for (const [index, nexthop] of entriesOf(route.nexthops))
    if (nexthop.via !== undefined) speakers.push([['nexthops', ...index, 'via'], nexthop.via])
  return speakers
}

function checkSource(route: RouteDescription, { links }: RouteHome, reporter: Reporter): void {
  const { src } = route
  if (src === undefined || reporter.isBroken('links')) return
  for (const link of links.values()) {
    if (link.addresses.some(({ prefix }) => prefix.address.text === src.text)) return
    // The addresses of another program are unknown.
    if (link.manage === 'routing' && link.addresses.length === 0) return
  }
  reporter.at('src').report('route-src-unknown', { address: src.text })
}

/** undefined after an error, which is reported. */
function nexthopsOf(
  route: RouteDescription,
  home: RouteHome,
  family: Family,
  reporter: Reporter,
): readonly NetworkNexthop[] | undefined {
  if (isRejectType(route.type ?? 'unicast')) return []
  if (route.nexthops === undefined) {
    const one = nexthopOf(route, route, home, reporter)
    return one === undefined ? undefined : [one]
  }
  const clashing = (['via', 'link', 'onlink'] as const).filter((key) => route[key] !== undefined)
  for (const key of clashing) reporter.at(key).report('route-nexthops-conflict', { key }, { on: 'key' })
  if (clashing.length > 0) return undefined
  const nexthops = entriesOf(route.nexthops).map(([index, nexthop]) => {
    const at = reporter.at('nexthops', ...index)
    const isDevice = nexthop.via === undefined && !at.isBroken(...at.path)
    if (family === 'inet6' && isDevice && (route.nexthops?.length ?? 0) > 1)
      at.report('balance-device-inet6', { gateway: nexthop.link ?? '' })
    return nexthopOf(nexthop, route, home, at)
  })
  const found = nexthops.filter((nexthop) => nexthop !== undefined)
  return found.length === nexthops.length ? found : undefined
}

function nexthopOf(
  written: NexthopDescription,
  route: RouteDescription,
  home: RouteHome,
  reporter: Reporter,
): NetworkNexthop | undefined {
  const onlink = written.onlink ?? reporter.isBroken(...reporter.path, 'onlink')
  const dev = resolveNexthop(written, route, home, reporter)
  if (dev === undefined) return undefined
  const link = home.links.get(dev)
  if (written.via !== undefined && link !== undefined)
    if (!checkNexthop(written.via, link, onlink, reporter.at('via'))) return undefined
  return { via: written.via, dev, weight: written.weight, onlink: onlink && written.via !== undefined }
}

function resolveNexthop(
  { link, via }: NexthopDescription,
  route: RouteDescription,
  home: RouteHome,
  reporter: Reporter,
): LinkName | undefined {
  if (link !== undefined) return findLinkOrLoopback(home.links, link, reporter.at('link'))
  if (route.type === 'local') return loopback
  const own = home.link === undefined ? undefined : home.links.get(home.link)
  if (via === undefined) {
    if (own !== undefined) return own.name
  } else {
    if (own !== undefined && isOnLink(own, via)) return own.name
    const holder = linkHolding(home.links, via) ?? own
    if (holder !== undefined) return holder.name
  }
  // A link or a next hop with an error may determine it.
  if (reporter.isBroken('links') || reporter.isBroken(...reporter.path)) return undefined
  const to = route.to === 'default' ? 'default' : formatPrefix(route.to)
  reporter.report('route-no-way', { to })
  return undefined
}
