// Which DHCP client has a host? Its roots hold all of them, and a stack takes the first that it finds.
import type { TreeLink } from './tree.js'

export const dhcpClients = ['dhclient', 'dhcpcd', 'udhcpc'] as const
export type DhcpClient = (typeof dhcpClients)[number]

/** The others are not there for this host: a link to nothing is no program. */
export const withoutOthers = (client: DhcpClient): readonly TreeLink[] =>
  dhcpClients
    .filter((other) => other !== client)
    .map((other) => ({ path: `/sbin/${other}`, symlink: '/nonexistent' }))
