// What lies beyond the host? Its links with their addresses, and behind each the gateways, routers and networks.
import {
  formatPrefix,
  formatPrefixShort,
  networkOf,
  distinctPrefixes,
  isHostPrefix,
} from '../../kernel/prefix.js'
import { isBridgeOrBondPort, type VirtualLink } from '../../kernel/virtual-link.js'
import { findGateway } from '../../plan/find-gateway.js'
import { loopback, type LinkName } from '../../kernel/link.js'
import type { KernelPlan, PlannedGateway, PlannedLink } from '../../plan/plan.js'
import { gatewayStyleAt, type GatewayStyle } from './gateway-style.js'

export interface LinkBox {
  readonly key: string
  readonly name: LinkName
  /** Addresses, how it comes by more of them, what it is made of. */
  readonly lines: readonly string[]
  readonly ways: readonly UplinkNode[]
}

export interface UplinkNode {
  readonly key: string
  readonly kind: 'gateway' | 'router' | 'network'
  readonly title: string
  readonly lines: readonly string[]
  /** Of gateways alone. */
  readonly hue?: GatewayStyle
}

export const uplinkKey = (name: string): string => `w ${name}`
export const linkKey = (name: string): string => `l ${name}`

/** By the name of the gateway. */
export const huesOf = (plan: KernelPlan): ReadonlyMap<string, GatewayStyle> =>
  new Map(plan.gateways.map(({ name }, index) => [name, gatewayStyleAt(index)]))

/** Links of gateways first, in the gateways’ order; a bond’s or a bridge’s members are not spoken to and not shown. */
export function linkBoxesOf(plan: KernelPlan): readonly LinkBox[] {
  const rank = (name: LinkName): number => {
    const index = plan.gateways.findIndex(({ link }) => link === name)
    return index === -1 ? plan.gateways.length : index
  }
  const links = plan.links
    .filter(({ master }) => !isBridgeOrBondPort(master))
    .toSorted((a, b) => rank(a.name) - rank(b.name))
    .map((link) => ({
      key: linkKey(link.name),
      name: link.name,
      lines: linkLines(link),
      ways: uplinkNodes(plan, link),
    }))
  return [...links, { key: linkKey(loopback), name: loopback, lines: ['this host itself'], ways: [] }]
}

const linkLines = ({ addresses, lease, made }: PlannedLink): readonly string[] => [
  ...addresses.map(formatPrefix),
  ...(lease?.dhcp4 === true ? ['by DHCP'] : []),
  ...(lease?.dhcp6 === true ? ['by DHCPv6'] : []),
  ...(lease?.acceptRa === true ? ['by advertisement'] : []),
  ...(made === undefined ? [] : [formatVirtualLink(made)]),
]

function formatVirtualLink(made: VirtualLink): string {
  switch (made.kind) {
    case 'vlan':
      return `VLAN ${made.id} of ${made.link}`
    case 'vrf':
      return `VRF, table ${made.table}`
    default:
      return `${made.kind} of ${made.links.join(' ')}`
  }
}

function uplinkNodes(plan: KernelPlan, link: PlannedLink): readonly UplinkNode[] {
  const hues = huesOf(plan)
  const gateways = plan.gateways.filter((gateway) => gateway.link === link.name)
  const ways = [
    ...gateways.map((gateway) => gatewayBox(gateway, hues.get(gateway.name))),
    ...routersOn(plan, link.name),
  ]
  return ways.length > 0 ? ways : networkBoxes(link)
}

const gatewayBox = ({ name, ways }: PlannedGateway, hue: GatewayStyle | undefined): UplinkNode => ({
  key: uplinkKey(name),
  kind: 'gateway',
  title: name,
  lines:
    ways.length === 0
      ? ['leads no further']
      : [
          ...new Set(
            ways.map(({ kind, via }) => via?.text ?? (kind === 'lease' ? 'as leased' : 'the link itself')),
          ),
        ],
  ...(hue === undefined ? {} : { hue }),
})

/** Next hops that are no gateway’s: the writer’s own routes lead there. */
function routersOn(plan: KernelPlan, link: LinkName): readonly UplinkNode[] {
  const texts = plan.routes.flatMap(({ family, table, nexthops }) =>
    nexthops.flatMap((nexthop) =>
      nexthop.dev === link &&
      nexthop.via !== undefined &&
      findGateway(plan, family, table, nexthop) === undefined
        ? [nexthop.via.text]
        : [],
    ),
  )
  return [...new Set(texts)].map((text) => ({
    key: uplinkKey(`${link} ${text}`),
    kind: 'router',
    title: 'router',
    lines: [text],
  }))
}

function networkBoxes({ name, addresses }: PlannedLink): readonly UplinkNode[] {
  const networks = distinctPrefixes(addresses.filter((address) => !isHostPrefix(address)).map(networkOf))
  return networks.length === 0
    ? []
    : [
        {
          key: uplinkKey(`net ${name}`),
          kind: 'network',
          title: 'network',
          lines: networks.map(formatPrefixShort),
        },
      ]
}
