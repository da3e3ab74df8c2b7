// Values as iproute2 and its predecessors read them: numbers of strtoul, short IPv4 addresses, netmasks.
import { addressFromValue, parseAddress, type Address } from '../../kernel/address.js'
import { addressBits, type Family } from '../../kernel/family.js'
import { anyPrefix, type Prefix } from '../../kernel/prefix.js'
import { maskLength } from '../../syntax/netmask.js'

/** strtoul with base 0: decimal, `0x` hexadecimal, or octal after a zero. At most 32 bits. */
export function parseNumber(text: string): number | undefined {
  const isOctal = /^0[0-7]+$/.test(text)
  if (!isOctal && !/^(?:0x[\da-f]{1,8}|0|[1-9]\d{0,9})$/i.test(text)) return undefined
  const value = isOctal ? Number.parseInt(text, 8) : Number(text)
  return value <= 0xffffffff ? value : undefined
}

/** get_addr_1 of iproute2: `10.1` is 10.1.0.0. */
export function parseIpAddress(text: string, family?: Family): Address | undefined {
  const address = text.includes(':') ? parseAddress(text) : shortIpv4(text)
  return family === undefined || address?.family === family ? address : undefined
}

function shortIpv4(text: string): Address | undefined {
  const octets = text.split('.').map(parseNumber)
  if (octets.length > 4 || octets.some((octet) => octet === undefined || octet > 255)) return undefined
  return addressFromValue(
    'inet',
    [0, 1, 2, 3].reduce((value, index) => value * 256n + BigInt(octets[index] ?? 0), 0n),
  )
}

/** Length of a netmask, as a number or as dotted octets: 24 for `255.255.255.0`. */
export function parseMask(text: string, family: Family): number | undefined {
  if (!/^\d+$/.test(text))
    return family === 'inet' && text.includes('.') ? maskLength(text, family) : undefined
  const length = parseNumber(text)
  return length !== undefined && length <= addressBits(family) ? length : undefined
}

/** A prefix, or a word for any address, whose family another word decides. */
export type IpPrefix = Prefix | 'any'

/** get_prefix_1 of iproute2: an address without a length is a host; `default`, `any` and `all` are any address. */
export function parseIpPrefix(text: string, family?: Family): IpPrefix | undefined {
  if (text === 'default' || text === 'any' || text === 'all') return 'any'
  const [host = '', mask, ...more] = text.split('/')
  const address = parseIpAddress(host, family)
  if (address === undefined || more.length > 0) return undefined
  const length = mask === undefined ? addressBits(address.family) : parseMask(mask, address.family)
  return length === undefined ? undefined : { family: address.family, address, length }
}

export const prefixIn = (prefix: IpPrefix, family: Family): Prefix =>
  prefix === 'any' ? anyPrefix(family) : prefix
