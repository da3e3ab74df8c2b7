// A route as the two entries of a keyfile: `route1=DST,VIA,METRIC` and `route1_options=…` (nm-settings-keyfile(5)).
import { isMultipath, isReject } from '../../plan/route.js'
import { formatPrefix } from '../../kernel/prefix.js'
import type { Scope } from '../../kernel/route-type.js'
import { RT_TABLE_MAIN, type TableId } from '../../kernel/table.js'
import type { Nexthop, Route } from '../../plan/plan.js'
import type { IniEntry } from '../../syntax/ini.js'
import { ipKeys, routeOptions, scopeNumbers } from '../shared/networkmanager/keys.js'

export const OPTIONS_SUFFIX = '_options'

const MAX_NUMBER = 0x7fffffff

/**
 * N of `routeN` for the routes of a section: the table and three digits, so that a route of another table changes no
 * line. NetworkManager takes any such numbers and reads the keys in their order (nm-keyfile.c, _build_list_create).
 */
export function routeNumbers(routes: readonly Route[]): readonly number[] {
  const counts = new Map<TableId, number>()
  const numbers = routes.map(({ table }) => {
    const count = (counts.get(table) ?? 0) + 1
    counts.set(table, count)
    return count < 1000 ? table * 1000 + count : MAX_NUMBER + 1
  })
  return numbers.every((number) => number <= MAX_NUMBER) ? numbers : routes.map((_, index) => index + 1)
}

/** One next hop of a route as `routeN`. `isMoved`: the section's own `route-table` is not main. */
export function routeEntries(
  route: Route,
  nexthop: Nexthop | undefined,
  number: number,
  isMoved = false,
): readonly IniEntry[] {
  const none = route.family === 'inet' ? '0.0.0.0' : '::'
  // Without a metric NetworkManager uses the device's own: 100 or higher.
  const metric = route.metric ?? (route.family === 'inet' ? 0 : 1024)
  const key = `${ipKeys.route}${number}`
  const value = [formatPrefix(route.dst), nexthop?.via?.text ?? none, String(metric)].join(',')
  const options = optionsOf(route, nexthop, isMoved)
  return [
    { key, value },
    ...(options.length === 0 ? [] : [{ key: `${key}${OPTIONS_SUFFIX}`, value: options.join(',') }]),
  ]
}

function optionsOf(route: Route, nexthop: Nexthop | undefined, isMoved: boolean): readonly string[] {
  const options: string[] = []
  if (isMoved || route.table !== RT_TABLE_MAIN) options.push(`${routeOptions.table}=${route.table}`)
  if (route.type !== 'unicast') options.push(`${routeOptions.type}=${route.type}`)
  const scope = scopeOf(route)
  if (scope !== undefined) options.push(`${routeOptions.scope}=${scopeNumbers[scope]}`)
  if (route.prefsrc !== undefined) options.push(`${routeOptions.prefsrc}=${route.prefsrc.text}`)
  if (route.mtu !== undefined) options.push(`${routeOptions.mtu}=${route.mtu}`)
  if (nexthop?.onlink === true) options.push(`${routeOptions.onlink}=true`)
  if (isMultipath(route)) options.push(`${routeOptions.weight}=${nexthop?.weight ?? 1}`)
  return options
}

/**
 * NetworkManager gives a route without gateway the scope link. A reject route of that scope matches the kernel's check of
 * every gateway in main, which it then refuses (fib_check_nh).
 */
function scopeOf(route: Route): Scope | undefined {
  if (route.family === 'inet6') return undefined
  if (route.scope !== undefined) return route.scope
  return isReject(route) ? 'global' : undefined
}
