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

/** By what a file of another name, or standard input, contains: the name that its stack would give it. */
const contents: readonly (readonly [text: RegExp, name: string])[] = [
  [/^(?:auto|iface|allow-\S+|source)[ \t]+\S/m, 'interfaces'],
  [/^network:/m, 'stdin.yaml'],
  [/^version:[ \t]*[12][ \t]*$/m, 'network-config'],
  [/^\[NetDev\]/m, 'stdin.netdev'],
  [/^\[Match\]/m, 'stdin.network'],
  [/^\[connection\]/m, 'stdin.nmconnection'],
  [/^(?:DEVICE|ONBOOT|BOOTPROTO)=/m, 'ifcfg-stdin'],
  [/^(?:config|routes|rules)_\w+=/m, 'net'],
]

/**
 * `from`: the reader that the command line names. A file that neither its name nor its text tells is a script.
 *
 * @param text What the file contains, if it is known.
 */
export function hostPathOf(file: string, from: string | undefined, text = ''): string {
  const path = posix.resolve('/', file)
  const etc = path.lastIndexOf('/etc/')
  if (etc >= 0) return path.slice(etc)
  const name = posix.basename(path)
  const homeOf = (word: string) =>
    homes.find(([pattern, reader]) => (from === undefined ? pattern.test(word) : reader === from))
  const own = homeOf(name)
  if (own !== undefined) return own[2](name)
  const guess = text.startsWith('#!') ? undefined : contents.find(([pattern]) => pattern.test(text))?.[1]
  return guess === undefined ? path : (homeOf(guess)?.[2](guess) ?? path)
}
