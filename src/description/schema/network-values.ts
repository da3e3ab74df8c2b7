// The scalars of the grammar that become the kernel's words: addresses, prefixes, marks, ranges, protocols.
import { parseAddress, type Address } from '../../kernel/address.js'
import { parseFwmark } from '../../kernel/fwmark.js'
import { parsePrefix, parsePrefixOrAddress, type Prefix } from '../../kernel/prefix.js'
import { ipProtocols, parseIpProtocol } from '../../kernel/protocol.js'
import { parseRange, type Range } from '../../kernel/range.js'
import type { MarkDescription, PrefixOrLink } from '../description.js'
import { fail, ok, helpFor, scalar, textScalar, wrongType, type Reading } from './primitives.js'
import { shorten } from './describe-value.js'
import { readLinkName } from './names.js'

const ADDRESS = 'an IPv4 or IPv6 address'
const LINK_ADDRESS = 'an address with the length of its prefix, such as 192.0.2.10/24'
const PREFIX = 'a prefix, such as 192.0.2.0/24'

/** For editors; `kernel/address.ts` decides. */
const ADDRESS_PATTERN = '^[0-9A-Fa-f:.]+$'
const PREFIX_PATTERN = '^[0-9A-Fa-f:.]+/[0-9]{1,3}$'
const PREFIX_OR_ADDRESS_PATTERN = '^[0-9A-Fa-f:.]+(/[0-9]{1,3})?$'

const badAddress = (text: string, expected: string) => {
  const fix = fixForAddress(text, expected)
  const options = fix === undefined ? {} : { fix }
  return fail('address-invalid', { text: shorten(text), expected }, options)
}

function fixForAddress(text: string, expected: string): string | undefined {
  const [address = '', length] = text.split('/')
  if (address.includes('%')) return 'Leave the zone (%…) out: the link says it.'
  if (/(?:^|\.)0\d/.test(address)) return 'Write the numbers without leading zeros.'
  if (parseAddress(address) === undefined) return undefined
  if (length === undefined)
    return expected === LINK_ADDRESS ? 'Add the length of the prefix: `/24`, `/64`.' : undefined
  if (length.includes('.')) return 'Write the length as a number of bits: `/24`.'
  return expected === ADDRESS
    ? `Write the address alone: ${address}.`
    : 'The length is 0 to 32, or 0 to 128 for IPv6.'
}

function readAddress(text: string): Reading<Address> {
  const address = parseAddress(text)
  return address === undefined ? badAddress(text, ADDRESS) : ok(address)
}

function readPrefix(text: string): Reading<Prefix> {
  const prefix = parsePrefixOrAddress(text)
  return prefix === undefined ? badAddress(text, PREFIX) : ok(prefix)
}

export const address = () => textScalar(ADDRESS, { pattern: ADDRESS_PATTERN }, readAddress)

export const linkAddress = () =>
  textScalar(LINK_ADDRESS, { pattern: PREFIX_PATTERN }, (text) => {
    const prefix = parsePrefix(text)
    return prefix === undefined ? badAddress(text, LINK_ADDRESS) : ok(prefix)
  })

/** `words` are what may stand instead of an address. */
export const addressOr = <const W extends string>(words: readonly W[]) => {
  const expected = `${ADDRESS}, ${words.map((word) => `\`${word}\``).join(' or ')}`
  return textScalar<Address | W>(
    expected,
    { anyOf: [{ pattern: ADDRESS_PATTERN }, { enum: words }] },
    (text) => {
      const found = words.find((word) => word === text)
      if (found !== undefined) return ok(found)
      const parsed = parseAddress(text)
      if (parsed !== undefined) return ok(parsed)
      if (/[.:/]/.test(text)) return badAddress(text, ADDRESS)
      return fail('address-invalid', { text: shorten(text), expected }, helpFor(text, words))
    },
  )
}

export const destination = () =>
  textScalar<Prefix | 'default'>(
    `${PREFIX}, or \`default\``,
    { anyOf: [{ pattern: PREFIX_OR_ADDRESS_PATTERN }, { enum: ['default'] }] },
    (text) => {
      if (text === 'default') return ok(text)
      if (/[.:/]/.test(text)) return readPrefix(text)
      return fail(
        'address-invalid',
        { text: shorten(text), expected: `${PREFIX}, or \`default\`` },
        helpFor(text, ['default']),
      )
    },
  )

/** Digits and dots, a colon or a slash make an address; everything else is a link's name. */
export const prefixOrLink = () =>
  textScalar<PrefixOrLink>(
    'a prefix, an address or a link',
    { anyOf: [{ pattern: PREFIX_OR_ADDRESS_PATTERN }, { pattern: '^[A-Za-z0-9._][A-Za-z0-9._-]{0,14}$' }] },
    (text) => {
      const isAddress = /^[\d.]+$|[:/]/.test(text)
      const reading = isAddress ? readPrefix(text) : readLinkName(text)
      if ('problem' in reading) return reading
      return ok(typeof reading.value === 'string' ? { link: reading.value } : { prefix: reading.value })
    },
  )

/** Lower case with colons; the first octet's lowest bit is that of a group (IEEE 802), which the kernel refuses. */
export const mac = () => {
  const pattern = /^[0-9A-Fa-f][02468ACEace]([:-])[0-9A-Fa-f]{2}(?:\1[0-9A-Fa-f]{2}){4}$/
  const expected = 'the MAC address of one card, such as 52:54:00:12:34:56'
  return textScalar(expected, { pattern: pattern.source }, (text) => {
    const isZero = /^[0:-]+$/.test(text)
    if (!pattern.test(text) || isZero) return fail('address-invalid', { text: shorten(text), expected })
    return ok(text.toLowerCase().replaceAll('-', ':'))
  })
}

/** A number in YAML, or text: `0x100` is the one, `0x100/0xff00` the other. */
const numberOrText = <T>(expected: string, pattern: string, read: (text: string) => Reading<T>) =>
  scalar<T>({ anyOf: [{ type: 'integer' }, { type: 'string', pattern }] }, (value) => {
    if (typeof value === 'string') return read(value)
    return Number.isSafeInteger(value) ? read(String(value)) : wrongType('other', expected, value)
  })

export const mark = () =>
  numberOrText<MarkDescription>(
    'a mark, such as 0x100/0xff00',
    '^(0[xX][0-9A-Fa-f]{1,8}|[0-9]{1,10})(/(0[xX][0-9A-Fa-f]{1,8}|[0-9]{1,10}))?$',
    (text) => {
      const parsed = parseFwmark(text)
      if (parsed === undefined)
        return fail('fwmark-invalid', (written) => ({ text: written ?? shorten(text) }))
      return ok({ mark: parsed, masked: text.includes('/') })
    },
  )

const range = (what: string, expected: string, min: number, max: number) =>
  numberOrText<Range>(expected, '^[0-9]{1,10}(-[0-9]{1,10})?$', (text) => {
    const parsed = parseRange(text, min, max)
    return parsed === undefined ? fail('range-invalid', { what, text: shorten(text), expected }) : ok(parsed)
  })

export const portRange = (what: string) => range(what, 'a port from 1 to 65535, or FROM-TO', 1, 65535)
/** 4294967295 is (uid_t)-1, which means no user. */
export const uidRange = () => range('uidrange', 'a uid from 0 to 4294967294, or FROM-TO', 0, 4294967294)

export const ipProtocol = () =>
  numberOrText<number>('a protocol by its name or number', '^([1-9][0-9]{0,2}|[a-z][a-z0-9-]*)$', (text) => {
    const number = parseIpProtocol(text)
    if (number !== undefined) return ok(number)
    const known = Object.keys(ipProtocols)
    const args = { what: 'protocol', value: shorten(text), choices: [...known, 'a number from 1 to 255'] }
    return fail('value-unknown', args, helpFor(text, known))
  })

export const tos = () =>
  numberOrText<number>('a number from 0 to 255', '^(0[xX][0-9A-Fa-f]{1,2}|[0-9]{1,3})$', (text) => {
    const value = /^(?:0x[0-9a-f]{1,2}|0|[1-9]\d{0,2})$/i.test(text) ? Number(text) : Number.NaN
    if (value <= 255) return ok(value)
    return fail('range-invalid', { what: 'tos', text: shorten(text), expected: 'a number from 0 to 255' })
  })
