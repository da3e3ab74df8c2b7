// Features of one rule in its plan, since some depend on the routes of the table that it looks up.
import { featuresOf, type Feature } from '../../src/plan/features.js'
import type { KernelPlan, Origin, Rule } from '../../src/plan/plan.js'

export function featuresOfRules(plan: KernelPlan, rules: readonly Rule[]): readonly Feature[] {
  const marks = new Set<Origin | undefined>()
  const marked = (rule: Rule): Rule => {
    const origin = { ...rule.origin }
    if (rules.includes(rule)) marks.add(origin)
    return { ...rule, origin }
  }
  return featuresOf({ ...plan, state: { ...plan.state, rules: plan.state.rules.map(marked) } })
    .filter(({ origin }) => marks.has(origin))
    .map(({ feature }) => feature)
}
