// How a sysctl is called, with dots or with slashes.
import type { LinkName } from '../kernel/link.js'

/** sysctl.d(5): both separators are understood; the first decides, so a link's dots want slashes. */
export function linkKey(family: 'ipv4' | 'ipv6', link: LinkName, name: string): string {
  const separator = link.includes('.') ? '/' : '.'
  return ['net', family, 'conf', link, name].join(separator)
}

/** A key with slashes throughout, whichever way it was written (sysctl.d(5)). */
export function normalKey(key: string): string {
  const first = /[./]/.exec(key)?.[0]
  if (first === '/') return key
  return key.replace(/[./]/g, (separator) => (separator === '.' ? '/' : '.'))
}
