// Changes of the planned kernel state.
import { sysctlPath } from '../kernel/sysctl.js'
import type { KernelPlan, DynamicState, Intent, KernelState } from '../plan/plan.js'
import type { Change, StateDifference } from './difference.js'
import { changesByKey } from './list-diff.js'
import { routeChanges } from './routes.js'
import { ruleChanges } from './rules.js'

export function stateOf(before: KernelPlan, after: KernelPlan): StateDifference {
  return {
    manage: manageChange(before, after),
    links: changesByKey(before.state.links, after.state.links, linkFields, ({ name }) => name),
    rules: ruleChanges(before.state.rules, after.state.rules),
    routes: routeChanges(before.state.routes, after.state.routes),
    sysctls: changesByKey(before.state.sysctls, after.state.sysctls, sysctlFields, ({ key }) =>
      sysctlPath(key),
    ),
    connmarks: changesByKey(
      before.state.connmarks,
      after.state.connmarks,
      connmarkFields,
      ({ link }) => link,
    ),
    dynamicTables: changesByKey(
      before.dynamic.tables,
      after.dynamic.tables,
      dynamicFields,
      ({ link, table }) => `${link} ${table}`,
    ),
    dynamicMultipaths: changesByKey(
      before.dynamic.multipaths,
      after.dynamic.multipaths,
      balanceFields,
      ({ family, metric }) => `${family} ${metric}`,
    ),
  }
}

/** Fails to compile if a part of the kernel's state has no list of changes, or the reverse. */
const listed: Record<keyof KernelState | `dynamic${Capitalize<keyof DynamicState>}` | 'manage', true> &
  Record<keyof StateDifference, true> = {
  manage: true,
  links: true,
  routes: true,
  rules: true,
  sysctls: true,
  connmarks: true,
  dynamicTables: true,
  dynamicMultipaths: true,
}

/** Whether both plans give the kernel the same state. */
export const isSameState = (state: StateDifference): boolean =>
  (Object.keys(listed) as (keyof StateDifference)[]).every((field) => state[field].length === 0)

function manageChange(
  { intent: { manage: before } }: KernelPlan,
  { intent: { manage: after } }: KernelPlan,
): readonly Change<Intent['manage']>[] {
  return before === after ? [] : [{ kind: 'changed', before, after, fields: [] }]
}

const linkFields = {
  name: 'key',
  managed: 'state',
  addresses: 'state',
  mtu: 'state',
  mac: 'state',
  nameservers: 'state',
  optional: 'state',
  virtual: 'state',
  master: 'state',
  lease: 'state',
  origin: 'text',
} as const

const sysctlFields = { key: 'key', value: 'state', kernelRaOnly: 'state', origin: 'text' } as const

const connmarkFields = { link: 'key', fwmark: 'state', origin: 'text' } as const

const dynamicFields = {
  link: 'key',
  table: 'key',
  families: 'state',
  routers: 'state',
  installedIn: 'state',
  metric: 'state',
  replies: 'state',
  origin: 'text',
} as const

const balanceFields = { family: 'key', metric: 'key', hops: 'state', origin: 'text' } as const
