// Parser of iproute2 arguments into plan values, so that a test can write a plan as commands.
import { routeOf, type RouteLike } from '../../src/plan/route.js'
import { parseAddress, type Address } from '../../src/kernel/address.js'
import type { Family } from '../../src/kernel/family.js'
import { parseFwmark } from '../../src/kernel/fwmark.js'
import type { LinkName } from '../../src/kernel/link.js'
import { anyPrefix, parsePrefixOrAddress, type Prefix } from '../../src/kernel/prefix.js'
import type { Range } from '../../src/kernel/range.js'
import type { RouteType, Scope } from '../../src/kernel/route-type.js'
import { RT_TABLE_MAIN } from '../../src/kernel/table.js'
import type { Nexthop, Origin, PlannedLink, Route, Rule, RuleAction, Selector } from '../../src/plan/plan.js'

type Mutable<T> = { -readonly [K in keyof T]: T[K] }

const known = <T>(value: T | undefined, text: string): T => {
  if (value === undefined) throw new Error(`cannot read ${text}`)
  return value
}
const address = (text = ''): Address => known(parseAddress(text), text)
const prefix = (text = ''): Prefix => known(parsePrefixOrAddress(text), text)
const number = (text = ''): number => Number(text)
const link = (text = ''): LinkName => text as LinkName
const range = (text = ''): Range => {
  const [first, last = first] = text.split('-')
  return { first: number(first), last: number(last) }
}
const table = (text = ''): number => (text === 'main' ? RT_TABLE_MAIN : number(text))

const types: readonly string[] = ['local', 'blackhole', 'unreachable', 'prohibit', 'throw']

/** `unreachable default table 102 metric 2000000000`, as after `ip -4 route add`. */
export function readRoute(family: Family, text: string, origin: Origin): Route {
  const words = text.split(' ')
  const next = (): string => words.shift() ?? ''
  const type = types.includes(words[0] ?? '') ? (next() as RouteType) : 'unicast'
  const to = next()
  const route: Mutable<RouteLike> = {
    family,
    type,
    dst: to === 'default' ? anyPrefix(family) : prefix(to),
    table: RT_TABLE_MAIN,
    nexthops: [],
    origin,
  }
  const nexthops: Mutable<Nexthop>[] = []
  const hop = (): Mutable<Nexthop> => {
    if (nexthops.length === 0) nexthops.push({ dev: link('') })
    return known(nexthops.at(-1), text)
  }
  for (let word = next(); word !== ''; word = next()) {
    if (word === 'nexthop') nexthops.push({ dev: link('') })
    else if (word === 'via') hop().via = address(next())
    else if (word === 'dev') hop().dev = link(next())
    else if (word === 'weight') hop().weight = number(next())
    else if (word === 'onlink') hop().onlink = true
    else if (word === 'scope') route.scope = next() as Scope
    else if (word === 'src') route.prefsrc = address(next())
    else if (word === 'table') route.table = table(next())
    else if (word === 'metric') route.metric = number(next())
    else if (word === 'mtu') route.mtu = number(next())
    else throw new Error(`cannot read ${word} in ${text}`)
  }
  return known(routeOf({ ...route, nexthops }), text)
}

/** `pref 15530 not from 10.0.0.0/8 lookup 102`, as after `ip -4 rule add`. */
export function readRule(family: Family, text: string, origin: Origin): Rule {
  const words = text.split(' ')
  const next = (): string => words.shift() ?? ''
  const selector: Mutable<Selector> = {}
  let pref = 0
  let action: RuleAction | undefined
  for (let word = next(); word !== ''; word = next()) {
    if (word === 'pref') pref = number(next())
    else if (word === 'not') selector.not = true
    else if (word === 'from') selector.from = prefix(next())
    else if (word === 'to') selector.to = prefix(next())
    else if (word === 'iif') selector.iif = link(next())
    else if (word === 'oif') selector.oif = link(next())
    else if (word === 'fwmark') selector.fwmark = known(parseFwmark(next()), text)
    else if (word === 'tos') selector.tos = number(next())
    else if (word === 'dscp') selector.dscp = number(next())
    else if (word === 'ipproto') selector.ipproto = number(next())
    else if (word === 'sport') selector.sport = range(next())
    else if (word === 'dport') selector.dport = range(next())
    else if (word === 'uidrange') selector.uidrange = range(next())
    else if (word === 'lookup') action = { type: 'lookup', table: table(next()) }
    else if (word === 'suppress_prefixlength' && action?.type === 'lookup')
      action = { ...action, suppressPrefixlength: number(next()) }
    else if (word === 'goto') action = { type: 'goto', pref: number(next()) }
    else if (word === 'unreachable' || word === 'prohibit' || word === 'blackhole') action = { type: word }
    else throw new Error(`cannot read ${word} in ${text}`)
  }
  return { family, pref, selector, action: known(action, text), origin }
}

/** A managed link with these addresses and nothing else. */
export const plainLink = (name: string, addresses: readonly string[]): PlannedLink => ({
  name: link(name),
  managed: true,
  addresses: addresses.map(prefix),
  nameservers: { addresses: [], search: [] },
  optional: false,
  origin: { kind: 'link', link: link(name), path: ['links', name] },
})
