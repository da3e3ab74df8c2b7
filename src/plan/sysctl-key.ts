// Sysctl keys with dots or slashes as separators.
import type { LinkName } from '../kernel/link.js'

/** sysctl.d(5): the first separator of a key decides, so a link name with dots needs slashes. */
export function linkKey(family: 'ipv4' | 'ipv6', link: LinkName, name: string): string {
  const separator = link.includes('.') ? '/' : '.'
  return ['net', family, 'conf', link, name].join(separator)
}

/** The key with slashes as separators (sysctl.d(5)). */
export function normalKey(key: string): string {
  const first = /[./]/.exec(key)?.[0]
  if (first === '/') return key
  return key.replace(/[./]/g, (separator) => (separator === '.' ? '/' : '.'))
}
