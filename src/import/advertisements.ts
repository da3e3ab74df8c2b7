// Router advertisements that a stack, or the kernel, accepts where no line of the files mentions them.
import type { Found, FoundLink } from '../found/found.js'
import type { LinkName } from '../kernel/link.js'
import { RT_TABLE_MAIN } from '../kernel/table.js'

/** Of the kernel, where no stack sets one (IP6_RT_PRIO_USER). */
const METRIC = 1024

/**
 * Links that need such advertisements accept them, and the others do not: a static host would otherwise get a second gateway
 * on each link. Those that lose them are differences of the kind `accept-ra`.
 *
 * @param advertised Links over which the running host has a default route of an advertisement.
 */
export function withAdvertisements(found: Found, advertised: ReadonlySet<LinkName>): Found {
  const hasStaticRouter = found.routes.some(
    ({ family, dst, table, nexthops }) =>
      family === 'inet6' && dst.length === 0 && table === RT_TABLE_MAIN && nexthops.length > 0,
  )
  const isStatic = found.links.some(({ addresses }) => addresses.length > 0)
  const isNeeded = ({ dhcp4, dhcp6, addresses }: FoundLink): boolean =>
    dhcp4 === true ||
    dhcp6 === true ||
    !isStatic ||
    (!hasStaticRouter && addresses.some(({ prefix }) => prefix.family === 'inet6'))
  return {
    ...found,
    links: found.links.map((link) => {
      const { inet6, ...leases } = link.leases
      if (advertised.has(link.name) && link.managed && link.acceptRa !== false)
        return {
          ...link,
          acceptRa: true,
          leases: { ...leases, inet6: inet6 ?? { isDefault: true, metric: METRIC, table: RT_TABLE_MAIN } },
        }
      if (link.isRaDefault !== true || isNeeded(link)) return link
      const { acceptRa: _acceptRa, ...others } = link
      return { ...others, leases }
    }),
  }
}
