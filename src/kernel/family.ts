// Address families: IPv4 and IPv6.

/** AF_INET and AF_INET6, spelled as for `ip -family`. */
export type Family = 'inet' | 'inet6'

export const families: readonly Family[] = ['inet', 'inet6']

/** The flag of ip(8). */
export const familyFlag = (family: Family): '-4' | '-6' => (family === 'inet' ? '-4' : '-6')

/** Bits in an address. */
export const addressBits = (family: Family): 32 | 128 => (family === 'inet' ? 32 : 128)

/** The name for messages. */
export const familyName = (family: Family): 'IPv4' | 'IPv6' => (family === 'inet' ? 'IPv4' : 'IPv6')

export const otherFamily = (family: Family): Family => (family === 'inet' ? 'inet6' : 'inet')
