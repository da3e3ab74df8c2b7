// Features of one rule in its plan, since some depend on the routes of the table that it looks up.
import type { Path } from '../../src/diagnostics/diagnostic.js'
import { featuresOf, type Feature } from '../../src/plan/features.js'
import type { KernelPlan, Rule } from '../../src/plan/plan.js'

export function featuresOfRules(plan: KernelPlan, rules: readonly Rule[]): readonly Feature[] {
  const path: Path = ['the rule']
  const marked = (rule: Rule): Rule => ({
    ...rule,
    origin: { ...rule.origin, path: rules.includes(rule) ? path : [] },
  })
  return featuresOf({ ...plan, state: { ...plan.state, rules: plan.state.rules.map(marked) } })
    .filter((use) => use.path === path)
    .map(({ feature }) => feature)
}
