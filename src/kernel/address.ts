// IP addresses: strict parser, canonical text (RFC 5952), and the value as an integer.
import type { Family } from './family.js'

export interface Address {
  readonly family: Family
  /** Canonical: dotted decimal, or RFC 5952. */
  readonly text: string
}

const IPV4 = /^(?:(?:25[0-5]|2[0-4]\d|1\d\d|[1-9]?\d)(?:\.(?!$)|$)){4}$/

const GROUP = /^[0-9a-fA-F]{1,4}$/

/** Parses one complete address. Rejects zones, prefix lengths, leading zeros and shorthand. */
export function parseAddress(text: string): Address | undefined {
  if (IPV4.test(text)) return { family: 'inet', text }
  const value = ipv6Value(text)
  return value === undefined ? undefined : addressFromValue('inet6', value)
}

const values = new WeakMap<Address, bigint>()

/** The address as an unsigned integer of 32 or 128 bits; computed once for each IPv6 object. */
export function addressValue(address: Address): bigint {
  if (address.family === 'inet') return BigInt(ipv4Value(address))
  const known = values.get(address)
  if (known !== undefined) return known
  const value = ipv6Value(address.text) ?? 0n
  values.set(address, value)
  return value
}

/** An IPv4 address as an unsigned integer of 32 bits: operations of bigint allocate. */
export const ipv4Value = ({ text }: Address): number => octetsValue(text)

/** The IPv4 address of an integer, of which the lowest 32 bits count. */
export const ipv4FromValue = (value: number): Address => ({ family: 'inet', text: formatIpv4(value) })

/** undefined for text that is no IPv6 address (RFC 4291, 2.2). */
function ipv6Value(text: string): bigint | undefined {
  const [head = '', tail, ...more] = text.split('::')
  const high = groupsValue(head, tail === undefined)
  const low = groupsValue(tail ?? '', true)
  if (high === undefined || low === undefined || more.length > 0) return undefined
  const count = high.count + low.count
  if (tail === undefined ? count !== 8 : count > 7) return undefined
  return (high.value << BigInt(128 - 16 * high.count)) | low.value
}

function octetsValue(text: string): number {
  let value = 0
  let octet = 0
  for (let index = 0; index < text.length; index++) {
    const digit = text.charCodeAt(index) - 48
    if (digit >= 0) octet = octet * 10 + digit
    else {
      value = value * 256 + octet
      octet = 0
    }
  }
  return value * 256 + octet
}

interface Groups {
  readonly value: bigint
  readonly count: number
}

/** Value of the groups between colons; the last ones of an address may be an IPv4 address. */
function groupsValue(text: string, mayEndDotted: boolean): Groups | undefined {
  let value = 0n
  let count = 0
  const groups = text === '' ? [] : text.split(':')
  for (const [index, group] of groups.entries()) {
    if (GROUP.test(group)) {
      value = (value << 16n) | BigInt(Number.parseInt(group, 16))
      count++
    } else if (mayEndDotted && index === groups.length - 1 && IPV4.test(group)) {
      value = (value << 32n) | BigInt(octetsValue(group))
      count += 2
    } else return undefined
  }
  return { value, count }
}

export function addressFromValue(family: Family, value: bigint): Address {
  if (family === 'inet') return ipv4FromValue(Number(value))
  const address = { family, text: formatIpv6(value) }
  values.set(address, value)
  return address
}

const formatIpv4 = (value: number): string =>
  `${value >>> 24}.${(value >>> 16) & 255}.${(value >>> 8) & 255}.${value & 255}`

/** RFC 5952: lower case, no leading zeros, `::` for the first of the longest runs of two or more zero groups. */
function formatIpv6(value: bigint): string {
  if (value >> 32n === 0xffffn) return `::ffff:${formatIpv4(Number(value & 0xffffffffn))}`
  const digits = value.toString(16).padStart(32, '0')
  const groups = Array.from({ length: 8 }, (_, n) =>
    Number.parseInt(digits.slice(4 * n, 4 * n + 4), 16).toString(16),
  )
  let best = { start: 0, length: 1 }
  for (let start = 0; start < 8; start++) {
    let end = start
    while (groups[end] === '0') end++
    if (end - start > best.length) best = { start, length: end - start }
    start = Math.max(start, end)
  }
  if (best.length === 1) return groups.join(':')
  return `${groups.slice(0, best.start).join(':')}::${groups.slice(best.start + best.length).join(':')}`
}

export const isSameAddress = (a: Address, b: Address): boolean => a.family === b.family && a.text === b.text

/** fe80::/10 or 169.254.0.0/16 (RFC 4291, RFC 3927). */
export function isLinkLocal(address: Address): boolean {
  return address.family === 'inet'
    ? address.text.startsWith('169.254.')
    : /^fe[89ab][0-9a-f]:/.test(address.text)
}

/** ff00::/8, 224.0.0.0/4. */
export function isMulticast(address: Address): boolean {
  if (address.family === 'inet6') return /^ff[0-9a-f]{2}:/.test(address.text)
  const first = Number(address.text.split('.')[0])
  return first >= 224 && first < 240
}

export const isUnspecified = (address: Address): boolean =>
  address.text === '0.0.0.0' || address.text === '::'

export const isLoopback = (address: Address): boolean =>
  address.text === '::1' || address.text.startsWith('127.')
