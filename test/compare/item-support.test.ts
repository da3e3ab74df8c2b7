import { describe, expect, it } from 'vitest'
import { featuresOf, type Feature } from '../../src/plan/features.js'
import type { KernelPlan } from '../../src/plan/plan.js'
import type { Mechanism, PlanItem } from '../../src/compare/comparison.js'
import { compileFixture, fixtureNamed } from '../helpers/fixtures.js'
import { featuresOfRules } from '../helpers/rule-features.js'
import { problemsOf } from './configured-lines.js'
import { allVariants, comparisonOf, fixturesOf } from './stacks.js'

const only = (plan: KernelPlan, { kind, parts }: PlanItem): KernelPlan => ({
  ...plan,
  intent: { ...plan.intent, manage: 'full', tables: [] },
  state: {
    ...plan.state,
    links: kind === 'link' ? plan.state.links.filter((_, index) => parts.includes(index)) : [],
    sysctls: [],
    connmarks: [],
    rules: [],
    routes: kind === 'route' ? plan.state.routes.filter((_, index) => parts.includes(index)) : [],
  },
  dynamic: { ...plan.dynamic, tables: [], multipaths: [] },
})

const featuresOfItem = (plan: KernelPlan, item: PlanItem): readonly Feature[] =>
  item.kind === 'rule'
    ? featuresOfRules(
        plan,
        item.parts.flatMap((part) => plan.state.rules[part] ?? []),
      )
    : featuresOf(only(plan, item)).map(({ feature }) => feature)

describe.each(allVariants)('$name', (variant) => {
  it('configures each item of each fixture, rejects it, or has a reason to write nothing', () => {
    const problems = fixturesOf(variant).flatMap((fixture) => {
      const { plan } = compileFixture(fixture)
      if (plan === undefined) return []
      const { comparison, stack } = comparisonOf(fixture, variant)
      const isRefused = stack.reported.some(({ severity }) => severity === 'error')
      expect(isRefused, fixture.name).toBe(stack.state === 'refused')
      expect(stack.files.length === 0, fixture.name).toBe(isRefused)
      return comparison.items.flatMap((item) => problemsOf(fixture.name, stack, item, plan))
    })
    expect(problems).toEqual([])
  })

  it('has the mechanism of its support record for each item', () => {
    const { target, settings } = variant
    const capabilities = target.capabilities(settings)
    const problems = fixturesOf(variant).flatMap((fixture) => {
      const { plan } = compileFixture(fixture)
      if (plan === undefined || plan.intent.manage === 'routing') return []
      const foreign = plan.state.links.filter(({ managed }) => !managed).map(({ name }) => name)
      const { comparison, stack } = comparisonOf(fixture, variant)
      if (stack.state === 'refused') return []
      return comparison.items.flatMap((item) => {
        // All other kinds are in common files.
        if (!['link', 'rule', 'route'].includes(item.kind)) return []
        // The support record has membership at the master, and has no entry for a router that main must not have.
        const link = item.kind === 'link' ? plan.state.links[item.parts[0] ?? 0] : undefined
        if (link?.master !== undefined || (target.id === 'netifrc' && link?.lease !== undefined)) return []
        // The support record has an entry of its own for links of other programs.
        if (item.links.some((link) => foreign.includes(link))) return []
        // Routes over lo are in netifrc's postup(), while its support record is about the lists.
        if (target.id === 'netifrc' && item.links.some((link) => link === 'lo')) return []
        const mechanisms = featuresOfItem(plan, item).map((feature) => capabilities[feature].how)
        const mechanism = stack.cells[item.id]?.mechanism
        const expected: readonly (Mechanism | undefined)[] = mechanisms.includes('hook')
          ? ['hook']
          : mechanisms.includes('drop-in')
            ? ['drop-in']
            : mechanisms.length > 0
              ? ['native', 'drop-in']
              : [mechanism]
        return expected.includes(mechanism)
          ? []
          : [`${fixture.name} ${item.words}: ${mechanism ?? ''}, not ${expected.join()}`]
      })
    })
    expect(problems).toEqual([])
  })
})

describe('a minimum version', () => {
  const networkd = allVariants.filter(
    ({ target, settings }) => target.id === 'networkd' && settings['version'] === '257',
  )

  it('is the highest one of the features that the item uses', () => {
    for (const variant of networkd) {
      const { comparison, stack } = comparisonOf(fixtureNamed('goto-over-a-section'), variant)
      const sinces = comparison.items
        .filter(({ kind }) => kind === 'rule')
        .map(({ id, words }) => [/goto/.test(words), stack.cells[id]?.since])
      expect(sinces).toContainEqual([true, '257'])
      expect(sinces).toContainEqual([false, undefined])
      expect(stack.least).toBe('257')
    }
  })
})
