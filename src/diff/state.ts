// Changes of the planned kernel state.
import type { KernelPlan } from '../plan/plan.js'
import type { StateDifference } from './difference.js'
import { changesByKey } from './list-diff.js'
import { routeChanges } from './routes.js'
import { ruleChanges } from './rules.js'

export function stateOf(before: KernelPlan, after: KernelPlan): StateDifference {
  const [old, now] = [before.intent.manage, after.intent.manage]
  return {
    manage: old === now ? [] : [{ kind: 'changed', before: old, after: now, fields: [] }],
    links: changesByKey(before.state.links, after.state.links, linkFields),
    rules: ruleChanges(before.state.rules, after.state.rules),
    routes: routeChanges(before.state.routes, after.state.routes),
    sysctls: changesByKey(before.state.sysctls, after.state.sysctls, sysctlFields),
    connmarks: changesByKey(before.state.connmarks, after.state.connmarks, connmarkFields),
    dynamicTables: changesByKey(before.dynamic.tables, after.dynamic.tables, dynamicFields),
    dynamicMultipaths: changesByKey(before.dynamic.multipaths, after.dynamic.multipaths, balanceFields),
  }
}

/** Whether both plans give the kernel the same state. */
export const isSameState = (state: StateDifference): boolean =>
  Object.values(state).every((changes) => changes.length === 0)

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
  leaseRoutes: 'state',
  replies: 'state',
  origin: 'text',
} as const

const balanceFields = { family: 'key', metric: 'key', hops: 'state', origin: 'text' } as const
