import fc from 'fast-check'
import { describe as group, expect, it } from 'vitest'
import { compile } from '../../src/compile.js'
import { bestOf } from '../../src/import/import.js'
import { describedHost } from '../generators/random-description.js'
import { amount } from '../helpers/amount.js'

group('the description of a random host’s plan', () => {
  it('has the same plan, apart from numbers', () => {
    fc.assert(
      fc.property(describedHost, (host) => {
        const text = JSON.stringify(host)
        const { plan } = compile(text, { targets: [] })
        fc.pre(plan !== undefined)
        const source = {
          plan: { ...plan, intent: { ...plan.intent, gateways: [] } },
          links: new Map(),
          placeOf: () => undefined,
          problems: [],
          isOurs: true,
        }
        const { description, diagnostics, comparison } = bestOf(source, {})
        expect({ text, description, diagnostics, differences: comparison?.differences }).toEqual({
          text,
          description,
          diagnostics: [],
          differences: [],
        })
      }),
      { numRuns: amount(60, 1000) },
    )
  })
})
