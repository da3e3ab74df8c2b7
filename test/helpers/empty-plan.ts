// An empty plan.
import type { KernelPlan } from '../../src/plan/plan.js'

export const emptyPlan: KernelPlan = {
  state: { links: [], routes: [], rules: [], sysctls: [], connmarks: [] },
  dynamic: { tables: [], multipaths: [] },
  intent: { manage: 'full', gateways: [], tables: [], defaultDisabled: false, skippedRules: [], coexist: [] },
}
