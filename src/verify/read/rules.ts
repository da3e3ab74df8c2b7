// Reader for rules of `ip -N -details -json rule show`.
import { parseAddress } from '../../kernel/address.js'
import { addressBits, type Family } from '../../kernel/family.js'
import { WHOLE_MARK, type Fwmark } from '../../kernel/fwmark.js'
import type { LinkName } from '../../kernel/link.js'
import type { Prefix } from '../../kernel/prefix.js'
import type { Range } from '../../kernel/range.js'
import type { Selector } from '../../kernel/rule.js'
import { numberOf, textOf, type Fields } from './json.js'
import type { LiveAction, LiveRule } from '../state.js'

/** rtm_type of linux/rtnetlink.h, which actions of rules share. */
const rejects: Readonly<Record<string, 'blackhole' | 'unreachable' | 'prohibit'>> = {
  6: 'blackhole',
  7: 'unreachable',
  8: 'prohibit',
}

/** Known attributes. `iif_detached` and the like are transient; a full port mask is the default. */
const known = new Set([
  ...['priority', 'not', 'src', 'srclen', 'dst', 'dstlen', 'tos', 'fwmark', 'fwmask', 'iif', 'oif'],
  ...['iif_detached', 'oif_detached', 'uid_start', 'uid_end', 'ipproto', 'sport', 'sport_start', 'sport_end'],
  ...['dport', 'dport_start', 'dport_end', 'table', 'goto', 'unresolved', 'action', 'l3mdev', 'nop'],
  ...['suppress_prefixlen', 'protocol'],
])

const isUnknown = ([key, value]: readonly [string, unknown]): boolean =>
  !known.has(key) && !(/^[sd]port_mask$/.test(key) && value === '0xffff')

/** undefined if it is no rule. */
export function readRule(family: Family, fields: Fields): LiveRule | undefined {
  const pref = numberOf(fields['priority'])
  const action = actionOf(fields)
  if (pref === undefined || action === undefined) return undefined
  return {
    family,
    pref,
    selector: selectorOf(family, fields),
    action,
    protocol: numberOf(fields['protocol']) ?? 0,
    unknownAttributes: Object.entries(fields)
      .filter(isUnknown)
      .flatMap(([key, value]) => [key, textOf(value) ?? []].flat()),
  }
}

function actionOf(fields: Fields): LiveAction | undefined {
  const goto = numberOf(fields['goto'])
  if (goto !== undefined) return { type: 'goto', pref: goto }
  // networkd sets a table on reject rules as well.
  const type = rejects[textOf(fields['action']) ?? '']
  if (type !== undefined) return { type }
  if ('l3mdev' in fields) return { type: 'l3mdev' }
  if ('nop' in fields) return { type: 'nop' }
  const table = numberOf(fields['table'])
  if (table === undefined) return undefined
  const suppressPrefixlength = numberOf(fields['suppress_prefixlen'])
  return { type: 'lookup', table, suppressPrefixlength }
}

function selectorOf(family: Family, fields: Fields): Selector {
  return {
    not: 'not' in fields ? true : undefined,
    from: prefixOf(family, fields['src'], fields['srclen']),
    to: prefixOf(family, fields['dst'], fields['dstlen']),
    // A rule may name an absent link, or one whose name a description rejects.
    iif: textOf(fields['iif']) as LinkName | undefined,
    oif: textOf(fields['oif']) as LinkName | undefined,
    fwmark: fwmarkOf(fields),
    tos: numberOf(fields['tos']),
    ipproto: numberOf(textOf(fields['ipproto'])?.replace('ipproto-', '')),
    sport: rangeOf(fields, 'sport'),
    dport: rangeOf(fields, 'dport'),
    uidrange: rangeOf(fields, 'uid'),
  }
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
