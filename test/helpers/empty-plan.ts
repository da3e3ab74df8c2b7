// A plan with nothing in it.
import type { KernelPlan } from '../../src/plan/plan.js'

export const emptyPlan: KernelPlan = {
  state: { links: [], routes: [], rules: [], sysctls: [], connmarks: [] },
  dynamic: { tables: [], multipaths: [] },
  intent: { manage: 'full', gateways: [], tables: [], defaultDisabled: false, skippedRules: [], coexist: [] },
}
