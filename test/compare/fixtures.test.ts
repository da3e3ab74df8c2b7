import { describe, expect, it } from 'vitest'
import { compileFixture, goodFixtures } from '../helpers/fixtures.js'
import { problemsOf } from './said.js'
import { allVariants, comparisonOf } from './stacks.js'

describe.each(allVariants)('$name', (variant) => {
  it('says each idea of each fixture, refuses it, or tells why there is nothing to say', () => {
    const problems = goodFixtures.flatMap((fixture) => {
      const { plan } = compileFixture(fixture)
      if (plan === undefined) return []
      const { comparison, stack } = comparisonOf(fixture, variant)
      const isRefused = stack.told.some(({ severity }) => severity === 'error')
      expect(isRefused, fixture.name).toBe(stack.state === 'refused')
      expect(stack.files.length === 0, fixture.name).toBe(isRefused)
      return comparison.ideas.flatMap((idea) => problemsOf(fixture.name, stack, idea, plan))
    })
    expect(problems).toEqual([])
  })
})
