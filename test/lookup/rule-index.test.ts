// The rule index gives the same answers as a linear scan.
import { describe, expect, it } from 'vitest'
import { createFib, type Fib } from '../../src/lookup/fib.js'
import { lookupIn } from '../../src/lookup/lookup.js'
import { createRuleIndex } from '../../src/lookup/rule-index.js'
import { parsePacketTokens } from '../../src/syntax/route-get.js'
import { drawPackets } from '../netns/packets.js'
import { drawPlan } from '../generators/random-plan.js'

/** As if there were many rules. */
const withIndex = ({ plan, inet, inet6 }: Fib): Fib => ({
  plan,
  inet: { ...inet, index: createRuleIndex(inet.rules) },
  inet6: { ...inet6, index: createRuleIndex(inet6.rules) },
})

describe('the index of rules', () => {
  it.each([1, 2, 3, 4, 5, 6, 7, 8])('changes no answer (plan %i)', (seed) => {
    const plan = drawPlan(seed)
    const fib = createFib(plan)
    const indexed = withIndex(fib)
    expect(fib.inet.index).toBeUndefined()
    for (const words of drawPackets(plan, 500, seed)) {
      const read = parsePacketTokens(words)
      if (!read.ok) throw new Error(read.problem)
      expect([words, lookupIn(indexed, read.value)]).toEqual([words, lookupIn(fib, read.value)])
    }
  })
})
