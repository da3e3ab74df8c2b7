// What the warnings ask of a plan again and again, gathered once.
import type { Family } from '../kernel/family.js'
import { RT_TABLE_MAIN, type TableId } from '../kernel/table.js'
import type { Gateway, Link, Network } from '../network/network.js'
import type { KernelPlan, Rule } from './plan.js'

export interface Facts {
  readonly filled: ReadonlySet<TableId>
  readonly looked: ReadonlySet<TableId>
  /** Rules with a `from`, by family: what could answer for an address. */
  readonly fromRules: ReadonlyMap<Family, readonly Rule[]>
  /** Links that are no gateway's and in no VRF: the host's own side. */
  readonly inner: readonly Link[]
  /** Whether the table has a default route, real or closing: it then answers every packet of the family. */
  ends(family: Family, table: TableId): boolean
}

export function factsOf(network: Network, { routes, rules, followed }: KernelPlan): Facts {
  const uplinks = new Set(network.gateways.map(({ link }) => link))
  const endings = new Set(
    routes
      .filter(({ dst, type }) => dst.length === 0 && type !== 'throw')
      .map(({ family, table }) => `${family} ${table}`),
  )
  for (const { table, routers, metric } of followed)
    for (const family of routers) {
      endings.add(`${family} ${table}`)
      if (metric !== undefined) endings.add(`${family} ${RT_TABLE_MAIN}`)
    }
  const looked = rules.flatMap(({ action }) => (action.type === 'lookup' ? [action.table] : []))
  const withFrom = (family: Family) =>
    rules.filter((rule) => rule.family === family && rule.selector.from !== undefined)
  return {
    filled: new Set([...routes, ...followed].map(({ table }) => table)),
    looked: new Set([
      ...looked,
      ...followed.flatMap(({ table, replies }) => (replies.length > 0 ? [table] : [])),
    ]),
    fromRules: new Map([
      ['inet', withFrom('inet')],
      ['inet6', withFrom('inet6')],
    ]),
    inner: [...network.links.values()].filter(
      ({ name, made, master }) => !uplinks.has(name) && made?.kind !== 'vrf' && master?.kind !== 'vrf',
    ),
    ends: (family, table) => endings.has(`${family} ${table}`),
  }
}

/** The look-up of the rule always ends there, so that no later rule is asked. */
export function isFinal({ action, family }: Rule, facts: Facts): boolean {
  if (action.type === 'goto') return false
  if (action.type !== 'lookup') return true
  return action.suppressPrefixlength === undefined && facts.ends(family, action.table)
}

/** The one gateway by which main's default route leads; undefined where it has none, or several at once. */
export function carrierOf({ gateways, default: choice }: Network, family: Family): Gateway | undefined {
  if (choice.kind === 'none') return undefined
  const leading = choice.members.flatMap(({ gateway: name }) =>
    gateways.filter((gateway) => gateway.name === name && gateway.ways.some((way) => way.family === family)),
  )
  return choice.kind === 'balance' && leading.length > 1 ? undefined : leading[0]
}

export const mainEnds = (facts: Facts, family: Family): boolean => facts.ends(family, RT_TABLE_MAIN)

export const nameOfTable = (plan: KernelPlan, table: TableId): string => {
  const name = plan.tables.find(({ id }) => id === table)?.name
  return name === undefined ? String(table) : `${name} (${table})`
}
