// What netplan checks in a route and in a rule, whichever renderer they are for (handle_routes and handle_ip_rules in its
// src/parse.c).
import type { Collector } from '../../../found/collector.js'
import { routeWords, ruleWords } from '../keys.js'
import { textOf } from './definitions.js'
import type { YamlNode } from './yaml.js'

/** Keys of a route that tune transport. */
export const transportKeys = ['congestion-window', 'advertised-receive-window', 'advertised-mss'] as const

const keys = {
  route: new Set<string>([...Object.values(routeWords), ...transportKeys]),
  rule: new Set<string>(Object.values(ruleWords)),
}

export function reportUnknownKeys(
  kind: keyof typeof keys,
  entries: ReadonlyMap<string, YamlNode>,
  collector: Collector,
): void {
  for (const [key, { place }] of entries)
    if (!keys[kind].has(key))
      collector.unknown(place, `netplan knows no \`${key}\` of a ${kind}, and refuses the file`)
}

/** Why netplan refuses the route. */
export function routeProblem(entries: ReadonlyMap<string, YamlNode>): string | undefined {
  const word = (key: string): string => textOf(entries.get(key))
  const type = word(routeWords.type).toLowerCase() || 'unicast'
  const via = word(routeWords.via)
  const dst = word(routeWords.dst)
  const scope = word(routeWords.scope).toLowerCase()
  if (dst === '') return 'a route needs `to`, and netplan refuses the file'
  if (type === 'unicast' && via === '' && scope === 'global')
    return 'a route of scope global needs `via`, and netplan refuses the file'
  if (dst === 'default' && via === '') return 'netplan cannot know the family of `to: default` without `via`'
  return undefined
}

/** `default` is 0.0.0.0/0 or ::/0 by the family of the gateway. */
export function destinationOf(entries: ReadonlyMap<string, YamlNode>): string {
  const word = (key: string): string => textOf(entries.get(key))
  if (word(routeWords.dst) !== 'default') return word(routeWords.dst)
  return word(routeWords.via).includes(':') ? '::/0' : '0.0.0.0/0'
}

/** Why netplan refuses the rule. */
export function ruleProblem(entries: ReadonlyMap<string, YamlNode>): string | undefined {
  return entries.has(ruleWords.from) || entries.has(ruleWords.to)
    ? undefined
    : 'a rule needs `from` or `to`, and netplan refuses the file'
}
