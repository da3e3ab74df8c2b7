// Reader for rules of `ip -N -details -json rule show`.
import { parseAddress } from '../../kernel/address.js'
import { addressBits, type Family } from '../../kernel/family.js'
import { WHOLE_MARK, type Fwmark } from '../../kernel/fwmark.js'
import type { LinkName } from '../../kernel/link.js'
import type { Prefix } from '../../kernel/prefix.js'
import type { Range } from '../../kernel/range.js'
import type { SelectorValues } from '../../kernel/rule.js'
import { readSelector, type SelectorName } from '../../kernel/selectors.js'
import { attributesOf, numberOf, textOf, type Fields } from './json.js'
import type { LiveAction, LiveRule } from '../state.js'

/** rtm_type of linux/rtnetlink.h, which actions of rules share. */
const rejects = new Map<string | undefined, 'blackhole' | 'unreachable' | 'prohibit'>(
  Object.entries({ 6: 'blackhole', 7: 'unreachable', 8: 'prohibit' } as const),
)

/** How `ip` shows each selector: its attributes, and the value that they have together. */
const readers: { readonly [K in SelectorName]: SelectorReader<SelectorValues[K]> } = {
  from: {
    attributes: ['src', 'srclen'],
    read: (fields, family) => prefixOf(family, fields['src'], fields['srclen']),
  },
  to: {
    attributes: ['dst', 'dstlen'],
    read: (fields, family) => prefixOf(family, fields['dst'], fields['dstlen']),
  },
  tos: { attributes: ['tos'], read: ({ tos }) => numberOf(tos) },
  fwmark: { attributes: ['fwmark', 'fwmask'], read: fwmarkOf },
  // A rule may name an absent link, or one whose name a description rejects. `detached` is transient.
  iif: { attributes: ['iif', 'iif_detached'], read: ({ iif }) => textOf(iif) as LinkName | undefined },
  oif: { attributes: ['oif', 'oif_detached'], read: ({ oif }) => textOf(oif) as LinkName | undefined },
  uidrange: { attributes: ['uid_start', 'uid_end'], read: (fields) => rangeOf(fields, 'uid') },
  ipproto: {
    attributes: ['ipproto'],
    read: ({ ipproto }) => numberOf(textOf(ipproto)?.replace('ipproto-', '')),
  },
  sport: {
    attributes: ['sport', 'sport_start', 'sport_end'],
    read: (fields) => rangeOf(fields, 'sport'),
  },
  dport: {
    attributes: ['dport', 'dport_start', 'dport_end'],
    read: (fields) => rangeOf(fields, 'dport'),
  },
  dscp: { attributes: ['dscp'], read: ({ dscp }) => numberOf(dscp) },
}

interface SelectorReader<T> {
  readonly attributes: readonly string[]
  read(fields: Fields, family: Family): T | undefined
}

/** Known attributes. A full mask of a port or a DSCP is the default. */
const known = new Set([
  ...['priority', 'not', 'table', 'goto', 'unresolved', 'action', 'l3mdev', 'nop', 'protocol'],
  'suppress_prefixlen',
  ...Object.values(readers).flatMap(({ attributes }) => attributes),
])

const isUnknown = ([key, value]: readonly [string, unknown]): boolean =>
  !known.has(key) && wholeMasks[key] !== value

const wholeMasks: Readonly<Record<string, string>> = {
  sport_mask: '0xffff',
  dport_mask: '0xffff',
  dscp_mask: '0x3f',
}

/** undefined if it is no rule. */
export function readRule(family: Family, fields: Fields): LiveRule | undefined {
  const pref = numberOf(fields['priority'])
  const action = actionOf(fields)
  if (pref === undefined || action === undefined) return undefined
  return {
    family,
    pref,
    selector: {
      not: 'not' in fields ? true : undefined,
      ...readSelector((name) => readers[name].read(fields, family)),
    },
    action,
    protocol: numberOf(fields['protocol']) ?? 0,
    unknownAttributes: attributesOf(fields, isUnknown),
  }
}

function actionOf(fields: Fields): LiveAction | undefined {
  const goto = numberOf(fields['goto'])
  if (goto !== undefined) return { type: 'goto', pref: goto }
  // networkd sets a table on reject rules as well.
  const type = rejects.get(textOf(fields['action']))
  if (type !== undefined) return { type }
  if ('l3mdev' in fields) return { type: 'l3mdev' }
  if ('nop' in fields) return { type: 'nop' }
  const table = numberOf(fields['table'])
  if (table === undefined) return undefined
  return { type: 'lookup', table, suppressPrefixlength: numberOf(fields['suppress_prefixlen']) }
}

function prefixOf(family: Family, text: unknown, length: unknown): Prefix | undefined {
  const address = parseAddress(textOf(text) ?? '')
  return address === undefined
    ? undefined
    : { family, address, length: numberOf(length) ?? addressBits(family) }
}

/** The kernel omits a full mask. */
function fwmarkOf(fields: Fields): Fwmark | undefined {
  const value = numberOf(fields['fwmark'])
  return value === undefined ? undefined : { value, mask: numberOf(fields['fwmask']) ?? WHOLE_MARK }
}

function rangeOf(fields: Fields, name: 'sport' | 'dport' | 'uid'): Range | undefined {
  const first = numberOf(fields[`${name}_start`] ?? fields[name])
  return first === undefined ? undefined : { first, last: numberOf(fields[`${name}_end`]) ?? first }
}
