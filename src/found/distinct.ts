// A collector for scripts that run for each link: what one does whichever link it runs for is found once.
import type { Collector } from './collector.js'
import type { Place } from './found.js'

/** Characters that are read of scripts that run for each link, over all links. */
export const MAX_REPEATED = 20_000_000

export function distinctCollector(collector: Collector): Collector {
  const seen = new Set<string>()
  const once =
    <T>(kind: string, add: (item: T) => void) =>
    (item: T): void => {
      const key = `${kind} ${JSON.stringify(item)}`
      if (!seen.has(key)) add(item)
      seen.add(key)
    }
  const problem = (kind: 'unknown' | 'withoutEffect') => {
    const report = once<readonly [Place, string]>(kind, ([place, why]) => collector[kind](place, why))
    return (place: Place, why: string): void => report([place, why])
  }
  return {
    ...collector,
    route: once('route', (route) => collector.route(route)),
    rule: once('rule', (rule) => collector.rule(rule)),
    sysctl: once('sysctl', (sysctl) => collector.sysctl(sysctl)),
    unknown: problem('unknown'),
    withoutEffect: problem('withoutEffect'),
  }
}
