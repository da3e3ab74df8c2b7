// Keys of sysctls as segments, and their formats.
import type { Family } from './family.js'

/** Segments of the path below /proc/sys: `['net', 'ipv4', 'conf', 'eth0.10', 'rp_filter']`. */
export type SysctlKey = readonly string[]

/** sysctl.d(5): the first separator decides. After a dot, a slash is a dot of a name; after a slash, dots belong to names. */
export function parseSysctlKey(text: string): SysctlKey {
  const isDotted = /[./]/.exec(text)?.[0] === '.'
  return isDotted ? text.split('.').map((segment) => segment.replaceAll('/', '.')) : text.split('/')
}

/** Separated by dots, or by slashes if a segment contains a dot: sysctl(8) and sysctl.d(5) read both. */
export const formatSysctlKey = (key: SysctlKey): string =>
  key.join(key.some((segment) => segment.includes('.')) ? '/' : '.')

export const sysctlPath = (key: SysctlKey): string => `/proc/sys/${key.join('/')}`

export const isSameSysctl = (a: SysctlKey, b: SysctlKey): boolean =>
  a.length === b.length && a.every((segment, index) => segment === b[index])

const folders: Readonly<Record<Family, string>> = { inet: 'ipv4', inet6: 'ipv6' }

export const linkSysctl = (family: Family, link: string, name: string): SysctlKey => [
  ...['net', folders[family], 'conf'],
  link,
  name,
]

/** eth0 for net.ipv4.conf.eth0.rp_filter. */
export function linkOfSysctl([net, family, folder, link, ...names]: SysctlKey): string | undefined {
  const isOfLink = net === 'net' && (family === 'ipv4' || family === 'ipv6')
  return isOfLink && (folder === 'conf' || folder === 'neigh') && names.length > 0 ? link : undefined
}

export const isIpv6Sysctl = ([net, family]: SysctlKey): boolean => net === 'net' && family === 'ipv6'

export const forwardingSysctls: Readonly<Record<Family, SysctlKey>> = {
  inet: ['net', 'ipv4', 'ip_forward'],
  inet6: linkSysctl('inet6', 'all', 'forwarding'),
}
