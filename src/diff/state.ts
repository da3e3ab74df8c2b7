// Changes of the planned kernel state.
import { normalKey } from '../plan/sysctl-key.js'
import type { KernelPlan } from '../plan/plan.js'
import type { Change, StateDifference } from './difference.js'
import { changesByKey } from './list-diff.js'
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
 * Fields of a plan that are kernel state, and those that only describe it. The name of a table is text: rules and routes
 * use its number.
 */
const planFields = {
  manage: 'state',
  links: 'state',
  tables: 'text',
  routes: 'state',
  rules: 'state',
  sysctls: 'state',
  marks: 'state',
  followed: 'state',
  balances: 'state',
  gateways: 'text',
  defaultDisabled: 'text',
  skippedRules: 'text',
  coexist: 'text',
} as const satisfies Record<keyof KernelPlan, 'state' | 'text'>

type StateField = {
  [Field in keyof KernelPlan]-?: (typeof planFields)[Field] extends 'state' ? Field : never
}[keyof KernelPlan]

/** Fails to compile if a state field has no list of changes, or the reverse. */
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

/** Whether both plans give the kernel the same state. */
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
  origin: 'text',
} as const

const sysctlFields = { key: 'key', value: 'state', isForKernelRa: 'state', origin: 'text' } as const

const connmarkFields = { link: 'key', fwmark: 'state', origin: 'text' } as const

const dynamicFields = {
  link: 'key',
  table: 'key',
  families: 'state',
  routers: 'state',
  laidIn: 'state',
  metric: 'state',
  replies: 'state',
  origin: 'text',
} as const

const balanceFields = { family: 'key', metric: 'key', hops: 'state', origin: 'text' } as const
