// Schema of network values: addresses, prefixes, marks, ranges, protocols.
import { addressValue, parseAddress, type Address } from '../../kernel/address.js'
import { dscpNames, parseDscp } from '../../kernel/dscp.js'
import { parseFwmark } from '../../kernel/fwmark.js'
import { parseMac } from '../../kernel/mac.js'
import { parsePrefix, parsePrefixOrAddress, type Prefix } from '../../kernel/prefix.js'
import { ipProtocols, parseIpProtocol } from '../../kernel/protocol.js'
import { parseRange, type Range } from '../../kernel/range.js'
import type { MarkDescription, PrefixOrLink } from '../description.js'
import { fail, ok, fixForWord, scalar, textScalar, wrongType, type Reading } from './primitives.js'
import { shorten } from './describe-value.js'
import { readLinkName } from './names.js'

const ADDRESS = 'an IPv4 or IPv6 address'
const LINK_ADDRESS = 'an address with the length of its prefix, such as 192.0.2.10/24'
const PREFIX = 'a prefix, such as 192.0.2.0/24'

/** For editors; `kernel/address.ts` decides. */
const ADDRESS_PATTERN = '^[0-9A-Fa-f:.]+$'
const PREFIX_PATTERN = '^[0-9A-Fa-f:.]+/[0-9]{1,3}$'
const PREFIX_OR_ADDRESS_PATTERN = '^[0-9A-Fa-f:.]+(/[0-9]{1,3})?$'

const invalid = (text: string, expected: string, fix: string | undefined) =>
  fail('address-invalid', { text: shorten(text), expected }, { fix })

const badAddress = (text: string, expected: string) => invalid(text, expected, fixForAddress(text, expected))

/** Entries between spaces, commas or semicolons. */
const splitList = (text: string): readonly string[] => text.split(/[\s,;]+/).filter((entry) => entry !== '')

function fixForAddress(text: string, expected: string): string | undefined {
  const [address = '', length] = text.split('/')
  const list = splitList(text)
  if (list.length > 1 && list.every((entry) => parsePrefixOrAddress(entry) !== undefined))
    return `Write a list: [${list.map(shorten).join(', ')}].`
  if (text !== text.trim() || /\s/.test(text)) return 'Write it without spaces.'
  if (/[“”‘’„]/.test(text)) return 'Use straight quotes: " or \'.'
  if (/^\[.*\]$/.test(address)) return `Write it without brackets: ${address.slice(1, -1)}.`
  if (/^[\d.]+-[\d.]+$/.test(text))
    return 'Write the prefixes that cover it, such as `192.0.2.0/28`: a rule takes no range of addresses.'
  if (/^[\d.]+:\d+$/.test(text)) return 'Write the address without a port; `dport` is the port of a rule.'
  if (address.includes('%')) return 'Remove the zone (%…): the link is known.'
  if (/(?:^|\.)0\d/.test(address)) return 'Write the numbers without leading zeros.'
  if (/^[\d.]+$/.test(address)) {
    const octets = address.split('.').filter((octet) => octet !== '')
    const large = octets.find((octet) => Number(octet) > 255)
    if (large !== undefined) return `${large} is more than 255, the largest number in an IPv4 address.`
    if (octets.length !== 4) return `An IPv4 address has 4 numbers; this has ${octets.length}.`
  }
  if (/^[0-9a-f:]+$/i.test(address) && address.includes(':')) {
    if (address.split('::').length > 2) return 'Write `::` once: it replaces all zeros that are missing.'
    const groups = address.split(':').filter((group) => group !== '')
    const long = groups.find((group) => group.length > 4)
    if (long !== undefined)
      return `${shorten(long)} has more than 4 digits, the most in a part of an IPv6 address.`
    if (!address.includes('::') && groups.length !== 8)
      return `An IPv6 address has 8 parts, or \`::\` for those that are zero; this has ${groups.length}.`
  }
  if (parseAddress(address) === undefined && /[g-z]/i.test(address) && !/[:/]/.test(text))
    return 'Write the address: names are not resolved while the network starts.'
  if (parseAddress(address) === undefined) return undefined
  if (length === undefined)
    return expected === LINK_ADDRESS ? 'Add the length of the prefix: `/24`, `/64`.' : undefined
  if (length.includes('.')) {
    const bits = netmaskBits(length)
    return `Write the length as a number of bits: \`${bits === undefined ? '/24' : `${address}/${bits}`}\`.`
  }
  return expected === ADDRESS
    ? `Write the address alone: ${address}.`
    : 'The length is 0 to 32, or 0 to 128 for IPv6.'
}

/** `255.255.255.0` → 24. */
function netmaskBits(text: string): number | undefined {
  const mask = parseAddress(text)
  if (mask?.family !== 'inet') return undefined
  const ones = addressValue(mask).toString(2).padStart(32, '0')
  return /^1*0*$/.test(ones) ? ones.lastIndexOf('1') + 1 : undefined
}

const reader =
  <T>(parse: (text: string) => T | undefined, expected: string) =>
  (text: string): Reading<T> => {
    const value = parse(text)
    return value === undefined ? badAddress(text, expected) : ok(value)
  }

const readPrefix = reader(parsePrefixOrAddress, PREFIX)

export const address = () => textScalar(ADDRESS, { pattern: ADDRESS_PATTERN }, reader(parseAddress, ADDRESS))

export const linkAddress = () =>
  textScalar(LINK_ADDRESS, { pattern: PREFIX_PATTERN }, reader(parsePrefix, LINK_ADDRESS))

/** An address or one of `words`. */
export const addressOr = <const W extends string>(words: readonly W[]) => {
  const expected = `${ADDRESS}, ${words.map((word) => `\`${word}\``).join(' or ')}`
  const shape = { anyOf: [{ pattern: ADDRESS_PATTERN }, { enum: words }] }
  return textScalar<Address | W>(expected, shape, (text) => {
    const found = words.find((word) => word === text) ?? parseAddress(text)
    if (found !== undefined) return ok(found)
    return /[.:/]/.test(text) ? badAddress(text, ADDRESS) : invalid(text, expected, fixForWord(text, words))
  })
}

export const destination = () => {
  const expected = `${PREFIX}, or \`default\``
  const shape = { anyOf: [{ pattern: PREFIX_OR_ADDRESS_PATTERN }, { enum: ['default'] }] }
  return textScalar<Prefix | 'default'>(expected, shape, (text) => {
    if (text === 'default') return ok(text)
    return /[.:/]/.test(text) ? readPrefix(text) : invalid(text, expected, fixForWord(text, ['default']))
  })
}

const ANY = ['any', 'all', '*', 'default', 'anywhere', 'everywhere']

/** Text of digits and dots, or with a colon or a slash, is an address; all other text is the name of a link. */
export const prefixOrLink = () =>
  textScalar<PrefixOrLink>(
    'a prefix, an address or a link',
    { anyOf: [{ pattern: PREFIX_OR_ADDRESS_PATTERN }, { pattern: '^[A-Za-z0-9._][A-Za-z0-9._-]{0,14}$' }] },
    (text) => {
      if (ANY.includes(text.toLowerCase()))
        return invalid(
          text,
          'a prefix, an address or a link',
          'Leave the key out to match every address, or write `0.0.0.0/0` or `::/0` for one family.',
        )
      const isAddress = /^[\d.]+(?:-[\d.]+)?$|[:/,]/.test(text)
      const reading = isAddress ? readPrefix(text) : readLinkName(text)
      if (!reading.ok) return reading
      return ok(typeof reading.value === 'string' ? { link: reading.value } : { prefix: reading.value })
    },
  )

/** Lower case with colons. The lowest bit of the first octet is set for groups (IEEE 802). */
export const mac = () => {
  const pattern = /^[0-9A-Fa-f][02468ACEace]([:-])[0-9A-Fa-f]{2}(?:\1[0-9A-Fa-f]{2}){4}$/
  const expected = 'the MAC address of one card, such as 52:54:00:12:34:56'
  return textScalar(expected, { pattern: pattern.source }, (text) => {
    const value = pattern.test(text) ? parseMac(text, ':-') : undefined
    if (value !== undefined) return ok(value)
    const isZero = /^[0:-]+$/.test(text)
    const isGroup = /^[0-9a-f][13579bdf][:-]/i.test(text)
    const digits = text.replace(/[^0-9a-f]/gi, '')
    const pairs = digits.length === 12 ? (digits.match(/../g) ?? []).join(':').toLowerCase() : undefined
    const fix = isGroup
      ? 'Make the second digit even: an odd one is the address of a group.'
      : pairs !== undefined && pairs !== text && !isZero
        ? `Write it with colons: ${pairs}.`
        : undefined
    return invalid(text, expected, fix)
  })
}

/** A number of YAML (`0x100`) or text (`0x100/0xff00`). */
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
        return fail('fwmark-invalid', (written) => ({ text: written ?? shorten(text) }), {
          fix: fixForMark(text),
        })
      return ok({ mark: parsed, masked: text.includes('/') })
    },
  )

function fixForMark(text: string): string | undefined {
  if (/^[0-9a-f]{1,8}(\/[0-9a-f]{1,8})?$/i.test(text) && /[a-f]/i.test(text))
    return `Write 0x before hexadecimal numbers: ${text.replace(/(^|\/)/g, '$10x')}.`
  return /^\w+[:&]\w+$/.test(text)
    ? `Write \`/\` between value and mask: ${text.replace(/[:&]/, '/')}.`
    : undefined
}

/** Of services(5), what people filter most. */
const services = new Map([
  ['dns', 53],
  ['domain', 53],
  ['ftp', 21],
  ['http', 80],
  ['https', 443],
  ['imap', 143],
  ['imaps', 993],
  ['ntp', 123],
  ['openvpn', 1194],
  ['pop3', 110],
  ['sip', 5060],
  ['smtp', 25],
  ['smtps', 465],
  ['ssh', 22],
  ['submission', 587],
  ['wireguard', 51820],
])

function fixForRange(what: string, text: string): string | undefined {
  const service = services.get(text.toLowerCase())
  if (service !== undefined && what !== 'uidrange') return `Write the number: ${service}.`
  const list = splitList(text)
  if (list.length > 1 && list.every((entry) => /^\d+(-\d+)?$/.test(entry)))
    return `Write a list: [${list.slice(0, 20).join(', ')}].`
  const [, first, last] = /^(\d+)\s*(?:[-:–]|\.\.+)\s*(\d+)$/.exec(text) ?? []
  if (first !== undefined && last !== undefined) {
    const [low, high] = [Number(first), Number(last)].sort((a, b) => a - b)
    return `Write ${low}-${high}: the lower number first, joined by \`-\`.`
  }
  if (/^\d+$/.test(text)) return undefined
  if (what === 'uidrange') return 'Write the number that `id -u NAME` prints.'
  return 'Write the number of the port; names are in /etc/services.'
}

const range = (what: string, expected: string, min: number, max: number) =>
  numberOrText<Range>(expected, '^[0-9]{1,10}(-[0-9]{1,10})?$', (text) => {
    const parsed = parseRange(text, min, max)
    return parsed === undefined
      ? fail('range-invalid', { what, text: shorten(text), expected }, { fix: fixForRange(what, text) })
      : ok(parsed)
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
    return fail('value-unknown', args, { fix: fixForWord(text, known) })
  })

export const dscp = () =>
  numberOrText<number>(
    'a DSCP by its name or number',
    '^(0[xX][0-9A-Fa-f]{1,2}|[0-9]{1,2}|[A-Za-z][A-Za-z0-9-]*)$',
    (text) => {
      const value = parseDscp(text)
      if (value !== undefined) return ok(value)
      const names = Object.keys(dscpNames)
      const octet = Number(text)
      const fix =
        octet > 63 && octet <= 255 && octet % 4 === 0
          ? `Write ${octet / 4}: a DSCP is the TOS octet ${text} divided by 4.`
          : fixForWord(text.toLowerCase(), names)
      const args = { what: 'DSCP', value: shorten(text), choices: [...names, 'a number from 0 to 63'] }
      return fail('value-unknown', args, { fix })
    },
  )

export const tos = () =>
  numberOrText<number>('a number from 0 to 255', '^(0[xX][0-9A-Fa-f]{1,2}|[0-9]{1,3})$', (text) => {
    const value = /^(?:0x[0-9a-f]{1,2}|0|[1-9]\d{0,2})$/i.test(text) ? Number(text) : Number.NaN
    if (value <= 255) return ok(value)
    return fail('range-invalid', { what: 'tos', text: shorten(text), expected: 'a number from 0 to 255' })
  })
