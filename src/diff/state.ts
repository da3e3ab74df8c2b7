// Which parts of the planned kernel state are added, removed, moved or changed.
import { normalKey } from '../plan/sysctl-key.js'
import type { KernelPlan } from '../plan/plan.js'
import { changesByKey } from './keyed-diff.js'
import type { Change, StateDifference } from './difference.js'
import { routeChanges } from './routes.js'
import { ruleChanges } from './rules.js'

export function stateOf(before: KernelPlan, after: KernelPlan): StateDifference {
  return {
    manage: manageChange(before, after),
    links: changesByKey(before.links, after.links, linkFields, ({ name }) => name),
    rules: ruleChanges(before.rules, after.rules),
    routes: routeChanges(before.routes, after.routes),
    sysctls: changesByKey(before.sysctls, after.sysctls, sysctlFields, ({ key }) => normalKey(key)),
    marks: changesByKey(before.marks, after.marks, connmarkFields, ({ link }) => link),
    followed: changesByKey(
      before.followed,
      after.followed,
      dynamicFields,
      ({ link, table }) => `${link} ${table}`,
    ),
    balances: changesByKey(
      before.balances,
      after.balances,
      balanceFields,
      ({ family, metric }) => `${family} ${metric}`,
    ),
  }
}

/**
 * Which fields of a plan are state, and which are words about it: no kernel ever sees those. A table’s name is a word;
 * its number stands in the rules and routes that use it, and the file of names (rt_tables) is each stack’s own affair.
 */
const planFields = {
  manage: 'state',
  links: 'state',
  tables: 'words',
  routes: 'state',
  rules: 'state',
  sysctls: 'state',
  marks: 'state',
  followed: 'state',
  balances: 'state',
  gateways: 'words',
  defaultDisabled: 'words',
  skippedRules: 'words',
  coexist: 'words',
} as const satisfies Record<keyof KernelPlan, 'state' | 'words'>

type StateField = {
  [Field in keyof KernelPlan]-?: (typeof planFields)[Field] extends 'state' ? Field : never
}[keyof KernelPlan]

/** Fails to compile where a field of state has no list of changes, or a list no field. */
const listed: Record<StateField, true> & Record<keyof StateDifference, true> = {
  manage: true,
  links: true,
  routes: true,
  rules: true,
  sysctls: true,
  marks: true,
  followed: true,
  balances: true,
}

/** Whether the kernel would have the same of both. */
export const isSameState = (state: StateDifference): boolean =>
  (Object.keys(listed) as StateField[]).every((field) => state[field].length === 0)

function manageChange(
  { manage: before }: KernelPlan,
  { manage: after }: KernelPlan,
): readonly Change<KernelPlan['manage']>[] {
  return before === after ? [] : [{ kind: 'changed', before, after, fields: [] }]
}

const linkFields = {
  name: 'key',
  manage: 'state',
  addresses: 'state',
  mtu: 'state',
  mac: 'state',
  nameservers: 'state',
  optional: 'state',
  made: 'state',
  master: 'state',
  lease: 'state',
  origin: 'words',
} as const

const sysctlFields = { key: 'key', value: 'state', isForKernelRa: 'state', origin: 'words' } as const

const connmarkFields = { link: 'key', fwmark: 'state', origin: 'words' } as const

const dynamicFields = {
  link: 'key',
  table: 'key',
  families: 'state',
  routers: 'state',
  laidIn: 'state',
  metric: 'state',
  replies: 'state',
  origin: 'words',
} as const

const balanceFields = { family: 'key', metric: 'key', hops: 'state', origin: 'words' } as const
