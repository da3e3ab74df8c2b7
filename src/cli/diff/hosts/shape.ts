// Shape of a change: what two hosts have in common if the analysis of one of them is true of the other as well.
import { createHash } from 'node:crypto'
import { addressValue, parseAddress, type Address } from '../../../kernel/address.js'
import { addressBits, families } from '../../../kernel/family.js'
import {
  containsAddress,
  formatPrefix,
  hostPrefix,
  lastAddress,
  networkOf,
  parsePrefix,
  type Prefix,
} from '../../../kernel/prefix.js'
import type { KernelPlan } from '../../../plan/plan.js'
import { ADDRESS, normalJson, type Roles } from './roles.js'

export interface Shape {
  /** Equal for hosts of the same shape. */
  readonly key: string
  /** By role. */
  readonly addresses: ReadonlyMap<string, string>
  /** Whether each prefix in this JSON is one of the plans, so that it has a counterpart in each host of the shape. */
  readonly covers: (json: string) => boolean
}

/** Prefixes that the lookup and the analysis know by themselves (src/lookup, src/packets, src/diff). */
const CONSTANTS = [
  ...[
    '0.0.0.0/8',
    '0.0.0.0/0',
    '127.0.0.0/8',
    '169.254.0.0/16',
    '224.0.0.0/3',
    '224.0.0.0/4',
    '255.255.255.255/32',
  ],
  ...['203.0.113.7/32', '198.51.100.7/32', '192.0.2.7/32', '198.18.0.7/32'],
  ...['::/127', '::/0', '::1/128', '::ffff:0:0/96', 'fe80::/10', 'ff00::/8'],
  ...['2001:db8:ffff::7/128', '2001:db8:eeee::7/128', '3fff::7/128'],
]

/** Networks of placeholder leases (src/plan/placeholder-leases.ts). */
const PLACEHOLDERS = ['198.18.0.0/15', '2001:2::/48', 'fe80::2001:0/112']

const parsed = (texts: readonly string[]): readonly Prefix[] =>
  texts.flatMap((text) => parsePrefix(text) ?? [])

interface Labelled {
  readonly prefix: Prefix
  readonly label: string
}

/**
 * Plans of one shape are equal but for addresses with a role, and their prefixes contain each other in the same way. Each
 * set of packets that the analysis computes is a union of parts into which these prefixes and the constants divide the
 * addresses, because routes and rules compare addresses in no other way. So a sentence about these prefixes that is true of
 * one host is true of each. Plans in which a network of placeholder leases has an address of the host have no shape.
 */
export function shapeOf(before: KernelPlan, after: KernelPlan, roles: Roles): Shape | undefined {
  const written = prefixesIn([before, after])
  const placeholders = parsed(PLACEHOLDERS)
  const isPlaceholder = ({ address }: Prefix): boolean =>
    roles(address.text) !== undefined && placeholders.some((network) => containsAddress(network, address))
  if (written.some(isPlaceholder)) return undefined
  const known = new Set<string>()
  const addresses = new Map<string, string>()
  const labelled = [...written, ...parsed(CONSTANTS), ...placeholders].flatMap((prefix) => {
    const own = roles(prefix.address.text)
    const label = `${own ?? prefix.address.text}/${prefix.length}`
    const derived = [
      { prefix: networkOf(prefix), label: `network ${label}` },
      { prefix: hostPrefix(prefix.address), label: `address ${label}` },
      { prefix: hostPrefix(networkOf(prefix).address), label: `first ${label}` },
      { prefix: hostPrefix(lastAddress(prefix)), label: `last ${label}` },
    ]
    for (const one of [prefix, ...derived.map((each) => each.prefix)]) {
      const role = roles(one.address.text)
      if (role !== undefined) addresses.set(role, one.address.text)
      // Without a role, what is derived from an address with one has another text on each host.
      if (role !== undefined || own === undefined) known.add(formatPrefix(one))
    }
    return derived
  })
  const order = families.map((family) => nestingOf(labelled.filter(({ prefix }) => prefix.family === family)))
  const plans = normalJson([before, after], roles, COMMENTS)
  return {
    addresses,
    key: createHash('sha256').update(JSON.stringify(order)).update(plans).digest('base64'),
    covers: (json) =>
      [...json.matchAll(ADDRESS)].every(([, text = '', length]) => {
        const address = parseAddress(text)
        return address === undefined || known.has(`${address.text}/${length ?? addressBits(address.family)}`)
      }),
  }
}

/** No part of a kernel's state. */
const COMMENTS: ReadonlySet<string> = new Set(['comment'])

interface Nested {
  readonly prefix: Prefix
  readonly first: bigint
  readonly last: bigint
  readonly labels: Set<string>
  readonly parent: Nested | undefined
  /** How many of its addresses are in the prefixes directly below. */
  covered: bigint
}

/** For each prefix all labels, those of the smallest prefix around it, and whether others below leave nothing of it. */
function nestingOf(labelled: readonly Labelled[]): readonly string[] {
  const sorted = labelled
    .map((one) => ({ ...one, first: addressValue(one.prefix.address) }))
    .toSorted((a, b) => (a.first < b.first ? -1 : a.first > b.first ? 1 : a.prefix.length - b.prefix.length))
  const all: Nested[] = []
  let around: Nested | undefined
  for (const { prefix, label, first } of sorted) {
    while (around !== undefined && first > around.last) around = around.parent
    if (around?.first === first && around.prefix.length === prefix.length) {
      around.labels.add(label)
      continue
    }
    const size = 1n << BigInt(addressBits(prefix.family) - prefix.length)
    if (around !== undefined) around.covered += size
    around = { prefix, first, last: first + size - 1n, labels: new Set([label]), parent: around, covered: 0n }
    all.push(around)
  }
  const textOf = ({ labels }: Nested): string => [...labels].sort().join()
  return all
    .map((one) => {
      const isCovered = one.covered === one.last - one.first + 1n
      return JSON.stringify([textOf(one), one.parent && textOf(one.parent), isCovered])
    })
    .sort()
}

/** All addresses and prefixes of a value; an address is its host prefix. */
function prefixesIn(value: unknown): readonly Prefix[] {
  const found: Prefix[] = []
  const walk = (one: unknown): void => {
    if (typeof one !== 'object' || one === null) return
    if (isPrefix(one)) found.push(one)
    else if (isAddress(one)) found.push(hostPrefix(one))
    else for (const part of Object.values(one)) walk(part)
  }
  walk(value)
  return found
}

const isAddress = (value: object): value is Address =>
  'family' in value && 'text' in value && typeof value.text === 'string'

const isPrefix = (value: object): value is Prefix =>
  'length' in value &&
  'address' in value &&
  typeof value.address === 'object' &&
  value.address !== null &&
  isAddress(value.address)
