// Which of the two IP versions a value speaks of; always explicit past the description.

/** iproute2's words: `ip -family inet`, AF_INET and AF_INET6. */
export type Family = 'inet' | 'inet6'

export const families: readonly Family[] = ['inet', 'inet6']

/** The flag of ip(8). */
export const familyFlag = (family: Family): '-4' | '-6' => (family === 'inet' ? '-4' : '-6')

/** Bits in an address. */
export const addressBits = (family: Family): 32 | 128 => (family === 'inet' ? 32 : 128)

/** What people call it, for messages. */
export const familyName = (family: Family): 'IPv4' | 'IPv6' => (family === 'inet' ? 'IPv4' : 'IPv6')

export const otherFamily = (family: Family): Family => (family === 'inet' ? 'inet6' : 'inet')
