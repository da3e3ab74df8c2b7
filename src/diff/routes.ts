// Which routes are added, removed, moved or changed: as the kernel tells them apart, whatever was left to its defaults.
import { formatPrefix } from '../kernel/prefix.js'
import { effectiveMetric } from '../plan/keys.js'
import type { Route } from '../plan/plan.js'
import { changed, changedFields, textOf } from './keyed-diff.js'
import type { Change } from './difference.js'
import { changesOf, pairUp } from './match-lists.js'

const routeFields = {
  family: 'key',
  type: 'state',
  dst: 'key',
  table: 'state',
  nexthops: 'state',
  metric: 'state',
  prefsrc: 'state',
  scope: 'state',
  mtu: 'state',
  origin: 'words',
} as const

export function routeChanges(before: readonly Route[], after: readonly Route[]): readonly Change<Route>[] {
  const plains = new Map([...before, ...after].map((route) => [route, plainRoute(route)]))
  const plainOf = (route: Route): Route => plains.get(route) ?? plainRoute(route)
  const to = ({ family, dst }: Route): string => `${family} ${formatPrefix(dst)}`
  const says = (route: Route): string => {
    const { type, nexthops, prefsrc, scope, mtu } = plainOf(route)
    return textOf([type, nexthops, prefsrc, scope, mtu])
  }
  const metric = effectiveMetric
  const pairs = pairUp(before, after, [
    (route) => [to(route), route.table, metric(route), says(route)].join(),
    (route) => [to(route), route.table, says(route)].join(),
    (route) => [to(route), route.table, metric(route)].join(),
    (route) => [to(route), metric(route), says(route)].join(),
    (route) => [to(route), says(route)].join(),
  ])
  return changesOf(pairs, (old, one, isSame): readonly Change<Route>[] => {
    if (isSame) return []
    const fields = changedFields(plainOf(old), plainOf(one), routeFields)
    const isMoved = fields.length > 0 && fields.every((field) => field === 'table' || field === 'metric')
    return isMoved ? [{ kind: 'moved', before: old, after: one }] : changed(old, one, fields)
  })
}

/** With the kernel’s own defaults where nothing is said. */
function plainRoute(route: Route): Route {
  const { scope = route.type === 'local' ? 'host' : 'global', nexthops } = route
  return {
    ...route,
    metric: effectiveMetric(route),
    nexthops: nexthops.map(({ weight = 1, onlink = false, ...nexthop }) => ({
      ...nexthop,
      weight: nexthops.length === 1 ? 1 : weight,
      onlink,
    })),
    ...(route.family === 'inet' ? { scope } : {}),
  }
}
