// Prefixes: an address with a prefix length, with or without host bits.
import { distinctBy } from '../stdlib/group-by.js'
import {
  addressFromValue,
  addressValue,
  ipv4FromValue,
  ipv4Value,
  parseAddress,
  type Address,
} from './address.js'
import { oncePerObject } from '../stdlib/memoize.js'
import { addressBits, type Family } from './family.js'

export interface Prefix {
  readonly family: Family
  /** May have host bits: `192.0.2.10/24` is a link's address. */
  readonly address: Address
  /** 0…32 or 0…128. */
  readonly length: number
}

/** Parses `192.0.2.0/24`. Rejects a missing length, leading zeros (`/08`) and lengths out of range. */
export function parsePrefix(text: string): Prefix | undefined {
  const match = /^([^/]+)\/(0|[1-9]\d{0,2})$/.exec(text)
  const address = parseAddress(match?.[1] ?? '')
  if (match === null || address === undefined) return undefined
  const length = Number(match[2])
  return length <= addressBits(address.family) ? { family: address.family, address, length } : undefined
}

/** Parses a prefix, or an address as its host prefix (/32, /128). */
export function parsePrefixOrAddress(text: string): Prefix | undefined {
  const address = parseAddress(text)
  return address === undefined ? parsePrefix(text) : hostPrefix(address)
}

export const formatPrefix = (prefix: Prefix): string => `${prefix.address.text}/${prefix.length}`

/** As `ip` prints it: a host prefix without its length. */
export const formatPrefixShort = (prefix: Prefix): string =>
  isHostPrefix(prefix) ? prefix.address.text : formatPrefix(prefix)

export const hostPrefix = (address: Address): Prefix => ({
  family: address.family,
  address,
  length: addressBits(address.family),
})

export const isHostPrefix = (prefix: Prefix): boolean => prefix.length === addressBits(prefix.family)

export const anyPrefix = (family: Family): Prefix => ({
  family,
  address: { family, text: family === 'inet' ? '0.0.0.0' : '::' },
  length: 0,
})

/** The bits of IPv4 that count, as a signed integer of 32 bits. */
const ipv4Mask = ({ length }: Prefix): number => (length === 0 ? 0 : -1 << (32 - length))

const hostBits = (prefix: Prefix): bigint => BigInt(addressBits(prefix.family) - prefix.length)

const networkValue = (prefix: Prefix): bigint =>
  (addressValue(prefix.address) >> hostBits(prefix)) << hostBits(prefix)

/** The same prefix with its host bits cleared. */
export function networkOf(prefix: Prefix): Prefix {
  if (!hasHostBits(prefix)) return prefix
  const { family, address, length } = prefix
  return family === 'inet'
    ? { family, address: ipv4FromValue(ipv4Value(address) & ipv4Mask(prefix)), length }
    : ipv6NetworkOf(prefix)
}

const ipv6NetworkOf = oncePerObject((prefix: Prefix): Prefix => ({
  ...prefix,
  address: addressFromValue('inet6', networkValue(prefix)),
}))

/** The highest address in it: IPv4's broadcast address. */
export const lastAddress = (prefix: Prefix): Address =>
  prefix.family === 'inet'
    ? ipv4FromValue(ipv4Value(prefix.address) | ~ipv4Mask(prefix))
    : addressFromValue('inet6', networkValue(prefix) | ((1n << hostBits(prefix)) - 1n))

export function hasHostBits(prefix: Prefix): boolean {
  if (isHostPrefix(prefix)) return false
  return prefix.family === 'inet'
    ? (ipv4Value(prefix.address) & ~ipv4Mask(prefix)) !== 0
    : networkValue(prefix) !== addressValue(prefix.address)
}

export function containsAddress(prefix: Prefix, address: Address): boolean {
  if (prefix.family !== address.family) return false
  if (prefix.family === 'inet')
    return ((ipv4Value(prefix.address) ^ ipv4Value(address)) & ipv4Mask(prefix)) === 0
  return addressValue(prefix.address) >> hostBits(prefix) === addressValue(address) >> hostBits(prefix)
}

/** Whether every address of `inner` is in `outer`. */
export const containsPrefix = (outer: Prefix, inner: Prefix): boolean =>
  outer.length <= inner.length && containsAddress(outer, inner.address)

export const overlaps = (a: Prefix, b: Prefix): boolean => containsPrefix(a, b) || containsPrefix(b, a)

export const isSamePrefix = (a: Prefix, b: Prefix): boolean =>
  a.family === b.family && a.length === b.length && a.address.text === b.address.text

/** Removes duplicates and keeps the order. */
export const distinctPrefixes = (prefixes: readonly Prefix[]): readonly Prefix[] =>
  distinctBy(prefixes, formatPrefix)
