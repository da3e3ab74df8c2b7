// DHCP clients of a host. The root file systems contain all of them, and a stack uses the first that it finds.
import type { StackId } from '../stacks.js'
import type { TreeLink } from '../rootfs/tree.js'

export const dhcpClients = ['dhclient', 'dhcpcd', 'udhcpc'] as const
export type DhcpClient = (typeof dhcpClients)[number]

/** Hides the other clients: a dangling symlink is no program. */
export const hideOtherClients = (client: DhcpClient): readonly TreeLink[] =>
  dhcpClients
    .filter((other) => other !== client)
    .map((other) => ({ path: `/sbin/${other}`, symlink: '/nonexistent' }))

/** Default client of stacks without their own: the one that they depend on, or that their manual names first. */
const usual: Readonly<Partial<Record<StackId, DhcpClient>>> = {
  ...{ ifupdown: 'dhclient', ifupdown2: 'dhclient', 'ifupdown-ng': 'dhcpcd' },
  ...{ netifrc: 'dhcpcd', iproute2: 'dhcpcd' },
}

export const defaultClient = (stack: StackId): DhcpClient | undefined => usual[stack]
