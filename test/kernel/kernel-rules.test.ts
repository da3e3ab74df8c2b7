import { describe, expect, it } from 'vitest'
import { isKernelRule } from '../../src/kernel/kernel-rules.js'
import { parsePrefix } from '../../src/kernel/prefix.js'
import type { RuleAction, Selector } from '../../src/kernel/rule.js'

describe('isKernelRule', () => {
  const main: RuleAction = { type: 'lookup', table: 254 }
  const fallback: RuleAction = { type: 'lookup', table: 253 }
  it.each<[string, boolean, 'inet' | 'inet6', number, RuleAction, Selector]>([
    ['knows the rule for main', true, 'inet6', 32766, main, {}],
    ['knows the rule for the table `default` of IPv4', true, 'inet', 32767, fallback, {}],
    ['knows that IPv6 has no rule for the table `default`', false, 'inet6', 32767, fallback, {}],
    ['takes `from 0.0.0.0/0` for no selector', true, 'inet', 32766, main, { from: parsePrefix('0.0.0.0/0') }],
    ['compares selectors', false, 'inet', 32766, main, { ipproto: 6 }],
    ['compares `not`', false, 'inet', 32766, main, { not: true }],
    ['compares tables', false, 'inet', 32766, fallback, {}],
    ['compares `suppress_prefixlength`', false, 'inet', 32766, { ...main, suppressPrefixlength: 0 }, {}],
  ])('%s', (_name, isKernels, family, pref, action, selector) => {
    expect(isKernelRule({ family, pref, action, selector })).toBe(isKernels)
  })
})
