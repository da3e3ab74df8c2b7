// A route as an item of netplan's `routes`, or why it cannot be one.
import { familyName } from '../../kernel/family.js'
import { formatPrefix } from '../../kernel/prefix.js'
import { RT_TABLE_MAIN } from '../../kernel/table.js'
import { effectiveMetric } from '../../plan/keys.js'
import type { Route } from '../../plan/plan.js'
import type { YamlValue } from '../../syntax/yaml.js'
import { routeWords } from './keys.js'
import { isAtLeast } from '../version.js'
import type { NetplanSettings, Renderer } from './settings.js'

/** 0.101 and 0.106 print a larger number negative, and networkd then ignores it. */
const MAX_NUMBER = 2147483647

export function yamlProblem(route: Route, { netplan }: NetplanSettings): string | undefined {
  const [hop, ...others] = route.nexthops
  if (others.length > 0 || hop?.weight !== undefined) return 'a route in the YAML has one next hop'
  if (hop?.via !== undefined && hop.via.family !== route.family)
    return `a next hop of ${familyName(hop.via.family)} for a route of ${familyName(route.family)} has no key`
  if (route.metric !== undefined && route.metric > MAX_NUMBER)
    return `a metric above ${MAX_NUMBER} comes out negative`
  if (route.type === 'unicast' && hop?.via === undefined && route.family === 'inet' && route.scope !== 'link')
    return 'a route without next hop has the scope link'
  if ((route.type === 'local' || route.type === 'throw') && !isAtLeast(netplan, '0.106'))
    return `the type ${route.type} came with netplan 0.106`
  return undefined
}

/**
 * Never `to: default`, which 0.101 does not know. NetworkManager has a metric of its own for what has none; and where
 * the link's leases are moved to a table, this route goes there too unless main is said.
 */
export function yamlRoute(route: Route, renderer: Renderer, isMoved = false): YamlValue {
  const [hop] = route.nexthops
  const metric = renderer === 'networkd' ? route.metric : effectiveMetric(route)
  const scope = scopeOf(route)
  return {
    [routeWords.dst]: formatPrefix(route.dst),
    ...(route.type === 'unicast' ? {} : { [routeWords.type]: route.type }),
    [routeWords.scope]: scope,
    [routeWords.via]: hop?.via === undefined ? undefined : hop.via.text,
    ...(hop?.onlink === true ? { [routeWords.onlink]: true } : {}),
    [routeWords.prefsrc]: route.prefsrc?.text,
    [routeWords.metric]: metric,
    [routeWords.mtu]: route.mtu,
    ...(route.table === RT_TABLE_MAIN && !isMoved ? {} : { [routeWords.table]: route.table }),
  }
}

/** netplan refuses a global route without next hop; for IPv6 networkd passes the word over. */
function scopeOf({ type, nexthops }: Route): string | undefined {
  if (type === 'local') return 'host'
  return type === 'unicast' && nexthops[0]?.via === undefined ? 'link' : undefined
}
