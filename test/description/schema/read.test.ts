import fc from 'fast-check'
import { load } from 'js-yaml'
import { describe, expect, it } from 'vitest'
import { safeParse } from 'zod/mini'
import { descriptionSchema, readDescription } from '../../../src/description/schema/schema.js'
import { amount } from '../../helpers/amount.js'
import { goodFixtures } from '../../helpers/fixtures.js'
import { full } from '../full.js'

/** As text, because the order of the keys counts. */
const text = (value: unknown): string | undefined => JSON.stringify(value)

function expectSame(value: unknown): void {
  const parsed = safeParse(descriptionSchema(), value)
  expect(text(readDescription(value))).toBe(text(parsed.success ? parsed.data : undefined))
}

const texts = [full, ...goodFixtures.map((fixture) => fixture.text)]

/** Paths of all values inside `value`. */
function pathsIn(value: unknown): readonly (readonly string[])[] {
  if (typeof value !== 'object' || value === null) return [[]]
  return [
    [],
    ...Object.entries(value).flatMap(([key, child]) => pathsIn(child).map((path) => [key, ...path])),
  ]
}

type Change = (parent: Record<string, unknown>, key: string) => void

/** Applies `change` to the value at the path. */
function changeAt(value: unknown, [key, ...rest]: readonly string[], change: Change): void {
  if (key === undefined || typeof value !== 'object' || value === null) return
  const parent = value as Record<string, unknown>
  if (rest.length === 0) change(parent, key)
  else changeAt(parent[key], rest, change)
}

const values = [
  ...[null, true, false, 0, 1, -1, 1.5, 4294967296, '', 'none', 'auto', 'lease', 'eth0', 'fiber', 'main'],
  ...['10.0.0.1', '10.0.0.0/8', '2001:db8::1/64', 'default', 'from', 'all', '0x10/0xff', '80-90', 'Å b'],
  ...[
    [],
    ['none'],
    ['none', 'from'],
    [1],
    [null],
    [[]],
    {},
    { eth0: {} },
    { all: null },
    { failover: ['fiber'] },
  ],
]

const changes: readonly Change[] = [
  (parent, key) => delete parent[key],
  (parent) => (parent['unknown'] = 1),
  (parent) => Object.defineProperty(parent, '__proto__', { value: {}, enumerable: true, configurable: true }),
  ...values.map(
    (value): Change =>
      (parent, key) =>
        (parent[key] = structuredClone(value)),
  ),
]

describe('a description is read as zod reads it', () => {
  it.each(texts)('%#', (written) => {
    const value = load(written)
    expectSame(value)
    expect(readDescription(value)).toBeDefined()
  })

  it('whatever is changed in it', () => {
    const anything = fc.tuple(fc.constantFrom(...texts), fc.nat(), fc.constantFrom(...changes))
    fc.assert(
      fc.property(anything, ([written, number, change]) => {
        const value = load(written)
        const paths = pathsIn(value)
        changeAt(value, paths[number % paths.length] ?? [], change)
        expectSame(value)
      }),
      { numRuns: amount(1000, 20_000) },
    )
  })

  it('whatever it is', () => {
    fc.assert(fc.property(fc.jsonValue(), (value) => expectSame(value)))
  })
})
