// An empty plan.
import type { KernelPlan } from '../../src/plan/plan.js'

export const emptyPlan: KernelPlan = {
  state: { links: [], routes: [], rules: [], sysctls: [], connmarks: [] },
  dynamic: { tables: [], multipaths: [] },
  intent: {
    manage: 'full',
    gateways: [],
    tables: [],
    defaultDisabled: false,
    skippedRules: [],
    coexist: [],
    programs: '/usr/local/lib/multihome',
  },
}

/** The same host under `manage: routing`: another program creates and addresses its links. */
export const routingOnly = (plan: KernelPlan): KernelPlan => ({
  ...plan,
  intent: { ...plan.intent, manage: 'routing' },
  state: { ...plan.state, links: plan.state.links.map((link) => ({ ...link, managed: false })) },
})
