// What lies beyond the host? Its links with their addresses, and behind each the gateways, routers and networks.
import {
  formatPrefix,
  formatPrefixShort,
  networkOf,
  distinctPrefixes,
  isHostPrefix,
} from '../kernel/prefix.js'
import { isPort, type MadeLink } from '../kernel/made-link.js'
import { gatewayOf } from '../plan/gateway-of.js'
import { loopback, type LinkName } from '../kernel/link.js'
import type { KernelPlan, PlannedGateway, PlannedLink } from '../plan/plan.js'
import { hueAt, type Hue } from './hue.js'

export interface LinkBox {
  readonly key: string
  readonly name: LinkName
  /** Addresses, how it comes by more of them, what it is made of. */
  readonly lines: readonly string[]
  readonly ways: readonly Way[]
}

export interface Way {
  readonly key: string
  readonly kind: 'gateway' | 'router' | 'network'
  readonly title: string
  readonly lines: readonly string[]
  /** Of gateways alone. */
  readonly hue?: Hue
}

export const wayKey = (name: string): string => `w ${name}`
export const linkKey = (name: string): string => `l ${name}`

/** By the name of the gateway. */
export const huesOf = (plan: KernelPlan): ReadonlyMap<string, Hue> =>
  new Map(plan.gateways.map(({ name }, index) => [name, hueAt(index)]))

/** Links of gateways first, in the gateways’ order; a bond’s or a bridge’s members are not spoken to and not shown. */
export function linkBoxesOf(plan: KernelPlan): readonly LinkBox[] {
  const rank = (name: LinkName): number => {
    const index = plan.gateways.findIndex(({ link }) => link === name)
    return index === -1 ? plan.gateways.length : index
  }
  const links = plan.links
    .filter(({ master }) => !isPort(master))
    .toSorted((a, b) => rank(a.name) - rank(b.name))
    .map((link) => ({
      key: linkKey(link.name),
      name: link.name,
      lines: linkLines(link),
      ways: waysOf(plan, link),
    }))
  return [...links, { key: linkKey(loopback), name: loopback, lines: ['this host itself'], ways: [] }]
}

const linkLines = ({ addresses, lease, made }: PlannedLink): readonly string[] => [
  ...addresses.map(formatPrefix),
  ...(lease?.dhcp4 === true ? ['by DHCP'] : []),
  ...(lease?.dhcp6 === true ? ['by DHCPv6'] : []),
  ...(lease?.acceptRa === true ? ['by advertisement'] : []),
  ...(made === undefined ? [] : [madeText(made)]),
]

function madeText(made: MadeLink): string {
  switch (made.kind) {
    case 'vlan':
      return `VLAN ${made.id} of ${made.link}`
    case 'vrf':
      return `VRF, table ${made.table}`
    default:
      return `${made.kind} of ${made.links.join(' ')}`
  }
}

function waysOf(plan: KernelPlan, link: PlannedLink): readonly Way[] {
  const hues = huesOf(plan)
  const gateways = plan.gateways.filter((gateway) => gateway.link === link.name)
  const ways = [
    ...gateways.map((gateway) => gatewayBox(gateway, hues.get(gateway.name))),
    ...routersOn(plan, link.name),
  ]
  return ways.length > 0 ? ways : networkBoxes(link)
}

const gatewayBox = ({ name, ways }: PlannedGateway, hue: Hue | undefined): Way => ({
  key: wayKey(name),
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
function routersOn(plan: KernelPlan, link: LinkName): readonly Way[] {
  const texts = plan.routes.flatMap(({ family, table, nexthops }) =>
    nexthops.flatMap((nexthop) =>
      nexthop.dev === link &&
      nexthop.via !== undefined &&
      gatewayOf(plan, family, table, nexthop) === undefined
        ? [nexthop.via.text]
        : [],
    ),
  )
  return [...new Set(texts)].map((text) => ({
    key: wayKey(`${link} ${text}`),
    kind: 'router',
    title: 'router',
    lines: [text],
  }))
}

function networkBoxes({ name, addresses }: PlannedLink): readonly Way[] {
  const networks = distinctPrefixes(addresses.filter((address) => !isHostPrefix(address)).map(networkOf))
  return networks.length === 0
    ? []
    : [
        {
          key: wayKey(`net ${name}`),
          kind: 'network',
          title: 'network',
          lines: networks.map(formatPrefixShort),
        },
      ]
}
