// Scripts that run for each link: what one does whichever link it runs for is found once.
import type { Collector } from '../collector.js'
import type { Place } from '../found.js'

/** Characters that are read of scripts that run for each link, over all links. */
export const MAX_REPEATED = 20_000_000

/** Reads a script for each item. A command has no effect if it has none in any run. */
export function readForEach<T>(
  items: readonly T[],
  collector: Collector,
  read: (item: T, collector: Collector) => void,
): void {
  const once = distinctCollector(collector)
  const idle = new Map<string, { place: Place; why: string; runs: number }>()
  for (const [index, item] of items.entries())
    read(item, {
      ...once,
      withoutEffect(place, why) {
        const key = JSON.stringify(place)
        const before = idle.get(key)?.runs ?? 0
        // In all runs so far.
        if (before >= index) idle.set(key, { place, why, runs: index + 1 })
      },
    })
  for (const { place, why, runs } of idle.values())
    if (runs === items.length) collector.withoutEffect(place, why)
}

function distinctCollector(collector: Collector): Collector {
  const seen = new Set<string>()
  const once =
    <T>(kind: string, add: (item: T) => void) =>
    (item: T): void => {
      const key = `${kind} ${JSON.stringify(item)}`
      if (!seen.has(key)) add(item)
      seen.add(key)
    }
  const unknown = once<readonly [Place, string]>('unknown', ([place, why]) => collector.unknown(place, why))
  return {
    ...collector,
    route: once('route', (route) => collector.route(route)),
    rule: once('rule', (rule) => collector.rule(rule)),
    sysctl: once('sysctl', (sysctl) => collector.sysctl(sysctl)),
    // `ip route replace` removes what it adds again.
    remove: (item) => {
      seen.delete(`${'dst' in item ? 'route' : 'rule'} ${JSON.stringify(item)}`)
      collector.remove(item)
    },
    unknown: (place, why) => unknown([place, why]),
  }
}
