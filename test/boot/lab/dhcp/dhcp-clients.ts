// Which DHCP client has a host? Its roots hold all of them, and a stack takes the first that it finds.
import type { StackId } from '../stacks.js'
import type { TreeLink } from '../rootfs/tree.js'

export const dhcpClients = ['dhclient', 'dhcpcd', 'udhcpc'] as const
export type DhcpClient = (typeof dhcpClients)[number]

/** The others are not there for this host: a link to nothing is no program. */
export const hideOtherClients = (client: DhcpClient): readonly TreeLink[] =>
  dhcpClients
    .filter((other) => other !== client)
    .map((other) => ({ path: `/sbin/${other}`, symlink: '/nonexistent' }))

/** Of a stack that has none of its own: what comes with it, or what its manual names first. */
const usual: Readonly<Partial<Record<StackId, DhcpClient>>> = {
  ...{ ifupdown: 'dhclient', ifupdown2: 'dhclient', 'ifupdown-ng': 'dhcpcd' },
  ...{ netifrc: 'dhcpcd', iproute2: 'dhcpcd' },
}

export const defaultClient = (stack: StackId): DhcpClient | undefined => usual[stack]
