// Validation of link names.

declare const brand: unique symbol
/** A validated network device name: see `isLinkName`. */
export type LinkName = string & { readonly [brand]: 'LinkName' }

/** IFNAMSIZ is 16 with the final NUL (linux/if.h). */
export const MAX_LINK_NAME = 15

/** Why the kernel or a shell rejects the name; undefined for a valid one. dev_valid_name() in net/core/dev.c. */
export function linkNameProblem(name: string): string | undefined {
  if (name === '') return 'it is empty'
  if (name.length > MAX_LINK_NAME) return `it is longer than ${MAX_LINK_NAME} bytes`
  if (name === '.' || name === '..') return 'the kernel refuses it'
  if (name === 'all' || name === 'default') return `net.ipv4.conf.${name} already means something else`
  if (name === 'none') return 'NetworkManager calls its dispatchers with it for events of no device'
  if (name.startsWith('-')) return 'it would be read as an option'
  if (!/^[A-Za-z0-9._-]+$/.test(name))
    return 'multihome takes letters, digits, ".", "_" and "-" only: files and shells of every stack carry it'
  return undefined
}

export const isLinkName = (name: string): name is LinkName => linkNameProblem(name) === undefined

/** The loopback device. It owns every rule and every reject fallback. */
export const loopback = 'lo' as LinkName
