// Configuration before the first installation: one link, as an installer leaves it for the stack.
import type { StackId } from '../../lab/stacks.js'
import type { TreeEntry, TreeFile } from '../../lab/rootfs/tree.js'

const file = (path: string, lines: readonly string[], mode = 0o644): TreeFile => ({
  path,
  mode,
  content: `${lines.join('\n')}\n`,
})

const netplan = (renderer: string): readonly TreeFile[] => [
  file(
    '/etc/netplan/50-cloud-init.yaml',
    [
      ...['network:', '  version: 2', `  renderer: ${renderer}`, '  ethernets:', '    wan0:'],
      '      addresses: [192.0.2.77/24]',
      '      routes: [{ to: 0.0.0.0/0, via: 192.0.2.1, metric: 20 }]',
    ],
    0o600,
  ),
]

const manager: readonly TreeFile[] = [
  file(
    '/etc/NetworkManager/system-connections/wired.nmconnection',
    [
      ...['[connection]', 'id=wired', 'type=ethernet', 'interface-name=wan0'],
      ...['[ipv4]', 'method=manual', 'address1=192.0.2.77/24,192.0.2.1', '[ipv6]', 'method=disabled'],
    ],
    0o600,
  ),
]

const interfaces: readonly TreeFile[] = [
  file('/etc/network/interfaces', [
    ...['auto lo', 'iface lo inet loopback', 'auto wan0', 'iface wan0 inet static'],
    ...['    address 192.0.2.77/24', '    gateway 192.0.2.1'],
  ]),
]

const files: Readonly<Record<StackId, readonly TreeEntry[]>> = {
  networkd: [
    file('/etc/systemd/network/50-wired.network', [
      ...['[Match]', 'Name=wan0', '[Network]', 'Address=192.0.2.77/24', 'Gateway=192.0.2.1'],
    ]),
  ],
  netplan: netplan('networkd'),
  'netplan-nm': netplan('NetworkManager'),
  'nm-dispatcher': manager,
  'nm-keyfile': manager,
  ifupdown: interfaces,
  ifupdown2: interfaces,
  'ifupdown-ng': interfaces,
  netifrc: [
    file('/etc/conf.d/net', ['config_wan0="192.0.2.77/24"', 'routes_wan0="default via 192.0.2.1"']),
    { path: '/etc/init.d/net.wan0', symlink: 'net.lo' },
    { path: '/etc/runlevels/default/net.wan0', symlink: '/etc/init.d/net.wan0' },
  ],
  iproute2: [],
}

/**
 * docs/targets say to remove our links from other netplan YAML. With other stacks our files take precedence or
 * replace the file.
 */
export const preinstalledFiles = (
  stack: StackId,
): { readonly files: readonly TreeEntry[]; readonly gone: readonly TreeEntry[] } => ({
  files: files[stack],
  gone: stack === 'netplan' || stack === 'netplan-nm' ? files[stack] : [],
})

/** The default configuration of net.lo adds this route, which stays until the next boot. No lookup uses it. */
export const preinstalledLeftovers = (stack: StackId): readonly string[] =>
  stack === 'netifrc'
    ? ['+ route 4 254 dev=lo dst=127.0.0.0/8 gateway=127.0.0.1 scope=global table=254 type=unicast']
    : []
