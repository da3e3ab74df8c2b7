// Changes of routes. Defaults of the kernel are filled in before routes are compared.
import { isMultipath, mapNexthops } from '../plan/route.js'
import { formatPrefix } from '../kernel/prefix.js'
import { effectiveMetric } from '../plan/keys.js'
import type { Route } from '../plan/plan.js'
import type { Change } from './difference.js'
import { changed, changedFields, changesOf, matchLists, textOf } from './list-diff.js'

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
  origin: 'text',
} as const

export function routeChanges(before: readonly Route[], after: readonly Route[]): readonly Change<Route>[] {
  const filled = new Map([...before, ...after].map((route) => [route, fullRoute(route)]))
  const fullOf = (route: Route): Route => filled.get(route) ?? fullRoute(route)
  const destination = ({ family, dst }: Route): string => `${family} ${formatPrefix(dst)}`
  const body = (route: Route): string => {
    const { type, nexthops, prefsrc, scope, mtu } = fullOf(route)
    return textOf([type, nexthops, prefsrc, scope, mtu])
  }
  const metric = effectiveMetric
  const matches = matchLists(before, after, [
    (route) => [destination(route), route.table, metric(route), body(route)].join(),
    (route) => [destination(route), route.table, body(route)].join(),
    (route) => [destination(route), route.table, metric(route)].join(),
    (route) => [destination(route), metric(route), body(route)].join(),
    (route) => [destination(route), body(route)].join(),
  ])
  return changesOf(matches, (old, one, isSame): readonly Change<Route>[] => {
    if (isSame) return []
    const fields = changedFields(fullOf(old), fullOf(one), routeFields)
    const isMoved = fields.length > 0 && fields.every((field) => field === 'table' || field === 'metric')
    return isMoved ? [{ kind: 'moved', before: old, after: one }] : changed(old, one, fields)
  })
}

/** The route with the kernel’s defaults filled in. */
function fullRoute(route: Route): Route {
  const { scope = route.type === 'local' ? 'host' : 'global' } = route
  return {
    ...mapNexthops(route, ({ weight = 1, onlink = false, ...nexthop }) => ({
      ...nexthop,
      weight: isMultipath(route) ? weight : 1,
      onlink,
    })),
    metric: effectiveMetric(route),
    ...(route.family === 'inet' ? { scope } : {}),
  }
}
