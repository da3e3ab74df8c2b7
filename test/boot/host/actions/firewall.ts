// An administrator's own firewall: port forwarding, masquerading, and policy routing by mark.
import type { TreeEntry } from '../../lab/rootfs/tree.js'
import { unitFolder } from '../../lab/stacks.js'

/** Ports of the providers' addresses that are forwarded to a server in the LAN, and to this host's LAN address. */
export const forwardedPorts = { server: 8443, host: 8444 } as const
/** Port on which both servers listen. */
export const servicePort = 8078
/** Connections of the LAN to this port leave by the second provider. */
export const policyPort = 8079

export const firewallPath = '/etc/nftables.conf'

type PortForwardTargets = {
  readonly server: readonly string[]
  readonly host: readonly string[]
  readonly mark: string
}

/** `server` and `host` have one address of each family. */
export function firewallFiles(targets: PortForwardTargets): readonly TreeEntry[] {
  const to = (port: number, [v4 = '', v6 = '']: readonly string[]): readonly string[] => [
    `iifname { "wan0", "wan1" } meta nfproto ipv4 tcp dport ${port} dnat ip to ${v4}:${servicePort}`,
    `iifname { "wan0", "wan1" } meta nfproto ipv6 tcp dport ${port} dnat ip6 to [${v6}]:${servicePort}`,
  ]
  const lines = [
    'flush ruleset',
    'table inet firewall {',
    'chain steering {',
    'type filter hook prerouting priority mangle;',
    // Only SYN packets: after masquerading drops a connection, its later packets would also be new.
    `iifname "lan0" ct state new tcp flags & (syn | ack) == syn tcp dport ${policyPort} meta mark set ${targets.mark}`,
    '}',
    'chain forwards {',
    'type nat hook prerouting priority dstnat;',
    ...to(forwardedPorts.server, targets.server),
    ...to(forwardedPorts.host, targets.host),
    '}',
    'chain masquerades {',
    'type nat hook postrouting priority srcnat;',
    'iifname "lan0" oifname { "wan0", "wan1" } masquerade',
    '}',
    '}',
  ]
  return [
    { path: firewallPath, mode: 0o755, content: `${lines.join('\n')}\n` },
    // Other hosts mask this unit.
    { path: `${unitFolder}/nftables.service`, symlink: '/lib/systemd/system/nftables.service' },
    {
      path: `${unitFolder}/sysinit.target.wants/nftables.service`,
      symlink: '/lib/systemd/system/nftables.service',
    },
  ]
}
