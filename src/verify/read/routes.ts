// Reader for routes of `ip -N -details -json route show table all`.
import { parseAddress } from '../../kernel/address.js'
import type { Family } from '../../kernel/family.js'
import type { LinkName } from '../../kernel/link.js'
import { anyPrefix, parsePrefixOrAddress } from '../../kernel/prefix.js'
import { isRejectType, type Scope } from '../../kernel/route-type.js'
import { RT_TABLE_MAIN } from '../../kernel/table.js'
import type { Nexthop } from '../../plan/plan.js'
import { attributesOf, fieldsOf, listOf, numberOf, textOf, tokensOf, type Fields } from './json.js'
import { isKernelRouteType, type LiveRoute } from '../state.js'

/** RTN_*, RT_SCOPE_* of linux/rtnetlink.h. */
const types = new Map<string, LiveRoute['type']>(
  Object.entries({
    ...{ 1: 'unicast', 2: 'local', 3: 'broadcast', 4: 'anycast', 5: 'multicast' },
    ...{ 6: 'blackhole', 7: 'unreachable', 8: 'prohibit', 9: 'throw' },
  } as const),
)
const scopes = new Map<string, Scope>(Object.entries({ 0: 'global', 253: 'link', 254: 'host' } as const))

/** Known attributes, and those that do not change the route: counters, router preference, next hop objects. */
const known = new Set([
  ...['type', 'dst', 'gateway', 'via', 'dev', 'table', 'protocol', 'scope', 'metric', 'prefsrc', 'flags'],
  ...['nexthops', 'metrics', 'pref', 'error', 'cacheinfo', 'cache', 'expires', 'used', 'nhid', 'nh_info'],
])

/** undefined if it is no route. */
export function readRoute(family: Family, fields: Fields): LiveRoute | undefined {
  const type = types.get(textOf(fields['type']) ?? '1')
  const text = textOf(fields['dst']) ?? ''
  const dst = text === 'default' ? anyPrefix(family) : parsePrefixOrAddress(text)
  if (type === undefined || dst === undefined) return undefined
  const several = listOf(fields['nexthops'])
  const hops = several.length > 0 ? several : [fields]
  const isRejecting = !isKernelRouteType(type) && isRejectType(type)
  return {
    family,
    type,
    dst,
    table: numberOf(fields['table']) ?? RT_TABLE_MAIN,
    // IPv6 reports `lo` for reject routes.
    nexthops: isRejecting ? [] : hops.flatMap((hop) => nexthopOf(hop, several.length > 0)),
    metric: numberOf(fields['metric']),
    prefsrc: parseAddress(textOf(fields['prefsrc']) ?? ''),
    scope: family === 'inet' ? scopes.get(textOf(fields['scope']) ?? '0') : undefined,
    mtu: numberOf(listOf(fields['metrics'])[0]?.['mtu']),
    protocol: numberOf(fields['protocol']) ?? 0,
    unknownAttributes: attributesOf(fields, ([key]) => !known.has(key)),
  }
}

function nexthopOf(hop: Fields, isOneOfMany: boolean): readonly Nexthop[] {
  // The name may be one that a description rejects.
  const dev = textOf(hop['dev']) as LinkName | undefined
  if (dev === undefined) return []
  const via = parseAddress(textOf(hop['gateway'] ?? fieldsOf(hop['via'])['host']) ?? '')
  return [
    {
      via,
      dev,
      ...(isOneOfMany ? { weight: numberOf(hop['weight']) ?? 1 } : {}),
      // `dead` and `linkdown` depend on the carrier.
      ...(tokensOf(hop['flags']).includes('onlink') ? { onlink: true } : {}),
    },
  ]
}
