// `links` of a source plan.
import { formatPrefix } from '../../kernel/prefix.js'
import { loopback } from '../../kernel/link.js'
import { MIIMON } from '../../network/resolve-virtual-links.js'
import type { VirtualLink } from '../../kernel/virtual-link.js'
import type { KernelPlan, PlannedLink } from '../../plan/plan.js'
import { commentText, list, mapping, type WrittenMapping } from './written.js'

/** All links of the plan, and those that its rules and routes only mention, which another program creates. */
export function linksOf({ state, intent }: KernelPlan): WrittenMapping | undefined {
  const known = new Set<string>(state.links.map(({ name }) => name))
  const mentioned = [
    ...state.rules.flatMap(({ selector: { iif, oif } }) => [iif, oif]),
    ...state.routes.flatMap(({ nexthops }) => nexthops.map(({ dev }) => dev)),
  ]
  const others = new Set(
    mentioned.filter((name) => name !== undefined && name !== loopback && !known.has(name)),
  )
  return mapping([
    ...state.links.map((link): readonly [string, WrittenMapping] => [
      link.name,
      linkValue(link, intent.manage === 'full'),
    ]),
    ...[...others].map((name): readonly [string, WrittenMapping] => [String(name), { manage: 'routing' }]),
  ])
}

function linkValue(link: PlannedLink, isHostManaged: boolean): WrittenMapping {
  const { managed, addresses, lease, mtu, mac, nameservers, optional, virtual, origin } = link
  return {
    // Without it, a next hop must be in a prefix of the link.
    manage: managed || (!isHostManaged && addresses.length > 0) ? undefined : 'routing',
    ...virtualValue(virtual),
    addresses: list(addresses.map(formatPrefix)),
    dhcp4: lease?.dhcp4 === true ? true : undefined,
    dhcp6: lease?.dhcp6 === true ? true : undefined,
    'accept-ra': lease?.acceptRa === true ? true : undefined,
    mtu,
    mac,
    nameservers:
      nameservers.addresses.length + nameservers.search.length === 0
        ? undefined
        : {
            addresses: list(nameservers.addresses.map(({ text }) => text)),
            search: list(nameservers.search),
          },
    optional: optional ? true : undefined,
    comment: commentText(origin.comment),
  }
}

function virtualValue(virtual: VirtualLink | undefined): WrittenMapping {
  switch (virtual?.kind) {
    case undefined:
      return {}
    case 'vlan':
      return { vlan: { id: virtual.id, link: virtual.link } }
    case 'bond':
      return {
        bond: {
          mode: virtual.mode,
          links: virtual.links,
          miimon: virtual.miimon === MIIMON ? undefined : virtual.miimon,
          primary: virtual.primary,
          'lacp-rate': virtual.lacpRate,
          'xmit-hash-policy': virtual.xmitHashPolicy,
        },
      }
    case 'bridge':
      return {
        bridge: {
          links: virtual.links,
          stp: virtual.stp ? true : undefined,
          'forward-delay': virtual.forwardDelay,
        },
      }
    case 'vrf':
      return { vrf: { table: virtual.table, links: virtual.links } }
  }
}
