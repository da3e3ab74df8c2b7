// What each consumer of a rendered file reads: a line that its syntax does not have means that data became code.
import { load } from 'js-yaml'
import type { Output, RenderedFile } from '../../src/targets/target.js'

const INERT = /^[^\0-\x08\x0b-\x1f\x7f-\x9f\u061c\u200e\u200f\u2028-\u202e\u2066-\u2069\ufeff]*$/
const FOLDERS =
  /^\/(?:etc|usr\/local|opt|lib\/dhcpcd\/dhcpcd-hooks|\.multihome)(?:\/[A-Za-z0-9_][A-Za-z0-9_.@:+-]*)+$/

const words = (text: string): string => text.split(' ').join('|')

/** Lines other than comments and empty ones, by the path of the file. */
const syntaxes: readonly (readonly [path: RegExp, line: RegExp])[] = [
  [/\/sysctl\.d\//, /^[a-z][A-Za-z0-9_./@:-]+ = [A-Za-z0-9_.,:/+@%= -]+$/],
  [/\/rt_(?:tables|protos)\.d\//, /^\d+ [a-z][a-z0-9-]*$/],
  [
    /\/systemd\/.*\.(?:network|netdev|link|service|conf)$/,
    new RegExp(
      `^(?:\\[(?:${words(
        'Match Network Address Route RoutingPolicyRule Link NetDev VLAN Bond Bridge VRF DHCPv4 DHCPv6 IPv6AcceptRA Unit Service Install',
      )})\\]|[A-Z][A-Za-z0-9]+=.*)$`,
    ),
  ],
  [
    /\.nmconnection$/,
    new RegExp(
      `^(?:\\[(?:${words('connection ethernet ipv4 ipv6 vlan bond bridge bridge-port vrf user')})\\]|[a-z][A-Za-z0-9_-]*=.*)$`,
    ),
  ],
  [
    /\/network\/interfaces/,
    new RegExp(
      `^(?:auto|allow-hotplug|iface|source|source-directory) |^    (?:${words(
        'address netmask gateway mtu hwaddress accept_ra dad-attempts dns-nameservers dns-search pre-up up post-up down pre-down post-down use-vrf requires',
      )}|(?:bond|bridge|vlan|vrf|hwaddress|link|autoconf|ip)[a-z0-9_-]*) `,
    ),
  ],
  [
    /\/apply\.conf$/,
    new RegExp(
      `^(?:${words(
        'format description target title stack manage program version link file symlink why first first-before change change-before remove remove-before rule route default sysctl flavour service boot created',
      )}) `,
    ),
  ],
]

/** Why a consumer would read something else than data; empty if it would not. */
export const problemsOf = (output: Output): readonly string[] => [
  ...[...output.files, ...output.control].flatMap(fileProblems),
  ...[...output.first, ...output.change, ...(output.remove ?? [])].flatMap(({ command, why }) =>
    [command, why].filter((text) => !INERT.test(text) || text.includes('\n')).map((text) => `step: ${text}`),
  ),
]

function fileProblems(file: RenderedFile): readonly string[] {
  if (!FOLDERS.test(file.path)) return [`path ${JSON.stringify(file.path)}`]
  if ('symlink' in file) return INERT.test(file.symlink) ? [] : [`target of ${file.path}`]
  const { path, content } = file
  if (!INERT.test(content)) return [`${path}: control characters`]
  if (!content.endsWith('\n')) return [`${path}: no line end`]
  if (/\/netplan\/.*\.yaml$/.test(path)) return netplanProblems(path, content)
  const syntax = syntaxes.find(([pattern]) => pattern.test(path))?.[1]
  if (syntax === undefined) return []
  return content
    .split('\n')
    .filter((line) => line !== '' && !/^\s*#/.test(line) && !syntax.test(line))
    .map((line) => `${path}: ${line}`)
}

const SECTIONS = [
  'version',
  'renderer',
  'ethernets',
  'vlans',
  'bonds',
  'bridges',
  'vrfs',
  'tunnels',
  'dummy-devices',
  'wifis',
  'modems',
]

function netplanProblems(path: string, content: string): readonly string[] {
  const read = load(content) as { readonly network?: object }
  const keys = [...Object.keys(read).filter((key) => key !== 'network'), ...Object.keys(read.network ?? {})]
  return keys.filter((key) => !SECTIONS.includes(key)).map((key) => `${path}: key ${key}`)
}
