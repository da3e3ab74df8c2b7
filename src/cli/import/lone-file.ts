// Path on the host of a file that is named without its tree.
import { posix } from 'node:path'

/** By the name of a file, the folder that it has on a host; the first that matches. */
const homes: readonly (readonly [name: RegExp, reader: string, path: (name: string) => string])[] = [
  [/\.(?:network|netdev|link)$/, 'networkd', (name) => `/etc/systemd/network/${name}`],
  [/\.nmconnection$/, 'nm-keyfile', (name) => `/etc/NetworkManager/system-connections/${name}`],
  [/^(?:ifcfg|route6?|rule6?)-/, 'ifcfg', (name) => `/etc/sysconfig/network-scripts/${name}`],
  [/^network-config/, 'cloud-init', () => '/var/lib/cloud/seed/nocloud/network-config'],
  [/\.ya?ml$/, 'netplan', (name) => `/etc/netplan/${name.replace(/\.yml$/, '.yaml')}`],
  [/^interfaces/, 'ifupdown', () => '/etc/network/interfaces'],
  [/^net$/, 'netifrc', () => '/etc/conf.d/net'],
  [/^rt_tables/, 'rt_tables', () => '/etc/iproute2/rt_tables'],
  [/^sysctl.*\.conf$/, 'sysctl', (name) => `/etc/sysctl.d/${name}`],
]

/** `from`: the reader that the command line names. A file that no name fits is a script. */
export function hostPathOf(file: string, from: string | undefined): string {
  const path = posix.resolve('/', file)
  const etc = path.lastIndexOf('/etc/')
  if (etc >= 0) return path.slice(etc)
  const name = posix.basename(path)
  const home = homes.find(([pattern, reader]) => (from === undefined ? pattern.test(name) : reader === from))
  return home === undefined ? path : home[2](name)
}
