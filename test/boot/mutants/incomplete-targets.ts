// Mutants of targets that omit or confuse something of the plan.
import { forwardingSysctls, isSameSysctl } from '../../../src/kernel/sysctl.js'
import { compile } from '../../../src/compile.js'
import type { KernelPlan, Route, Rule } from '../../../src/plan/plan.js'
import { targets } from '../../../src/targets/index.js'
import { descriptionFor, settingsFor } from '../host/rendering.js'
import type { Platform } from '../host/rendering.js'
import type { Output } from '../../../src/targets/target.js'

type PlanMutation = (plan: KernelPlan) => KernelPlan

const isMarked = ({ selector }: Rule): boolean => selector.fwmark !== undefined
const isReject = ({ type }: Route): boolean => type === 'unreachable'
const isDefault = ({ dst, nexthops }: Route): boolean => dst.length === 0 && nexthops.length > 0
const isOfGateway = (route: Route): boolean => isDefault(route) && route.metric === undefined

/** Throws if the fixture has nothing to mutate: such a mutant shows nothing. */
function firstOf<T>(list: readonly T[], is: (one: T) => boolean): T {
  const found = list.find(is)
  if (found === undefined) throw new Error('the fixture has nothing for this mutant')
  return found
}

const without = <T>(list: readonly T[], one: T): readonly T[] => list.filter((other) => other !== one)
const instead = <T>(list: readonly T[], one: T, other: T): readonly T[] =>
  list.map((same) => (same === one ? other : same))

const byPref = (rules: readonly Rule[]): readonly Rule[] =>
  rules.toSorted((a, b) => (a.family === b.family ? a.pref - b.pref : a.family < b.family ? -1 : 1))

function twoOf<T>(list: readonly T[], is: (one: T) => boolean): readonly [T, T] {
  const first = firstOf(list, is)
  return [first, firstOf(list, (one) => one !== first && is(one))]
}

export const incompleteTargets: Readonly<Record<string, PlanMutation>> = {
  'one rule left out': (plan) => ({
    ...plan,
    state: { ...plan.state, rules: without(plan.state.rules, firstOf(plan.state.rules, isMarked)) },
  }),

  'one route left out': (plan) => ({
    ...plan,
    state: { ...plan.state, routes: without(plan.state.routes, firstOf(plan.state.routes, isOfGateway)) },
  }),

  'two priorities swapped': (plan) => {
    const [one, two] = twoOf(plan.state.rules, (rule) => isMarked(rule) && rule.family === 'inet')
    const swapped = instead(plan.state.rules, one, { ...one, pref: two.pref })
    return {
      ...plan,
      state: { ...plan.state, rules: byPref(instead(swapped, two, { ...two, pref: one.pref })) },
    }
  },

  'a rule that asks another table': (plan) => {
    const [one, two] = twoOf(plan.state.rules, isMarked)
    return {
      ...plan,
      state: { ...plan.state, rules: instead(plan.state.rules, one, { ...one, action: two.action }) },
    }
  },

  'a rule twice': (plan) => {
    const rule = firstOf(plan.state.rules, isMarked)
    const last = Math.max(...plan.state.rules.map(({ pref }) => pref))
    return {
      ...plan,
      state: { ...plan.state, rules: byPref([...plan.state.rules, { ...rule, pref: last + 1 }]) },
    }
  },

  'IPv6 forgotten': (plan) => ({
    ...plan,
    state: {
      ...plan.state,
      rules: plan.state.rules.filter(({ family }) => family === 'inet'),
      routes: plan.state.routes.filter(({ family }) => family === 'inet'),
    },
  }),

  'the closing routes left out': (plan) => ({
    ...plan,
    state: {
      ...plan.state,
      routes: without(plan.state.routes, firstOf(plan.state.routes, isReject)).filter(
        (route) => !isReject(route),
      ),
    },
  }),

  'a setting left out': (plan) => ({
    ...plan,
    state: {
      ...plan.state,
      sysctls: without(
        plan.state.sysctls,
        firstOf(plan.state.sysctls, ({ key }) => isSameSysctl(key, forwardingSysctls.inet)),
      ),
    },
  }),
}

/** Renders as `compile` does, with a target that gets a changed plan. */
export function renderIncomplete(text: string, platform: Platform, mutate: PlanMutation): Output {
  const { target: id } = settingsFor(platform)
  const target = firstOf(targets, (one) => one.id === id)
  const incomplete = {
    ...target,
    render: ((plan, ...rest) => target.render(mutate(plan), ...rest)) satisfies typeof target.render,
  }
  const { outputs, diagnostics } = compile(descriptionFor(text, platform), { targets: [incomplete] })
  const output = outputs.get(id)
  if (output === undefined || output.files.length === 0) {
    throw new Error(`${platform.stack} does not render this mutant: ${diagnostics[0]?.message}`)
  }
  return output
}
