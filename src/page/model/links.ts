// Links of the drawing: their addresses, and the gateways, routers and networks behind each.
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
  /** Addresses, how it gets dynamic ones, and what kind of virtual link it is. */
  readonly lines: readonly string[]
  readonly uplinks: readonly UplinkNode[]
}

export interface UplinkNode {
  readonly key: string
  readonly kind: 'gateway' | 'router' | 'network'
  readonly title: string
  readonly lines: readonly string[]
  /** Only gateways have one. */
  readonly style?: GatewayStyle
}

export const uplinkKey = (name: string): string => `u ${name}`
export const linkKey = (name: string): string => `l ${name}`
export const networkKey = (link: string): string => uplinkKey(`net ${link}`)

/** By the name of the gateway. */
export const gatewayStyles = (plan: KernelPlan): ReadonlyMap<string, GatewayStyle> =>
  new Map(plan.intent.gateways.map(({ name }, index) => [name, gatewayStyleAt(index)]))

/** Links of gateways first, in the gateways’ order. Ports of a bond or a bridge are left out: routes use their master. */
export function linkBoxesOf(plan: KernelPlan): readonly LinkBox[] {
  const rank = (name: LinkName): number => {
    const index = plan.intent.gateways.findIndex(({ link }) => link === name)
    return index === -1 ? plan.intent.gateways.length : index
  }
  const links = plan.state.links
    .filter(({ master }) => !isBridgeOrBondPort(master))
    .toSorted((a, b) => rank(a.name) - rank(b.name))
    .map((link) => ({
      key: linkKey(link.name),
      name: link.name,
      lines: linkLines(link),
      uplinks: uplinkNodes(plan, link),
    }))
  return [...links, { key: linkKey(loopback), name: loopback, lines: ['this host itself'], uplinks: [] }]
}

const linkLines = ({ addresses, lease, virtual }: PlannedLink): readonly string[] => [
  ...addresses.map(formatPrefix),
  ...(lease?.dhcp4 === true ? ['DHCP'] : []),
  ...(lease?.dhcp6 === true ? ['DHCPv6'] : []),
  ...(lease?.acceptRa === true ? ['router advertisement'] : []),
  ...(virtual === undefined ? [] : [formatVirtualLink(virtual)]),
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
  const styles = gatewayStyles(plan)
  const gateways = plan.intent.gateways.filter((gateway) => gateway.link === link.name)
  const uplinks = [
    ...gateways.map((gateway) => gatewayNode(gateway, styles.get(gateway.name))),
    ...routersOn(plan, link.name),
  ]
  return uplinks.length > 0 ? uplinks : networkNodes(link)
}

function gatewayNode({ name, nexthops }: PlannedGateway, style: GatewayStyle | undefined): UplinkNode {
  const texts = nexthops.map(
    ({ kind, via }) => via?.text ?? (kind === 'lease' ? 'leased' : 'the link itself'),
  )
  const lines = texts.length === 0 ? ['no next hop'] : [...new Set(texts)]
  return { key: uplinkKey(name), kind: 'gateway', title: name, lines, style }
}

/** Next hops of the description’s own routes, which belong to no gateway. */
function routersOn(plan: KernelPlan, link: LinkName): readonly UplinkNode[] {
  const texts = plan.state.routes.flatMap(({ family, table, nexthops }) =>
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

function networkNodes({ name, addresses }: PlannedLink): readonly UplinkNode[] {
  const networks = distinctPrefixes(addresses.filter((address) => !isHostPrefix(address)).map(networkOf))
  const lines = networks.map(formatPrefixShort)
  return lines.length === 0 ? [] : [{ key: networkKey(name), kind: 'network', title: 'network', lines }]
}
