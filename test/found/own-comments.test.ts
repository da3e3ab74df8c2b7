import { expect, it } from 'vitest'
import { ownComment } from '../../src/found/own-comments.js'
import { commentOf, formatOrigin, type Origin } from '../../src/plan/origin.js'
import { compileFixture, goodFixtures } from '../helpers/fixtures.js'

const origins = (value: unknown): readonly Origin[] => {
  if (typeof value !== 'object' || value === null) return []
  const own = 'origin' in value ? [value.origin as Origin] : []
  return [...own, ...Object.entries(value).flatMap(([key, each]) => (key === 'origin' ? [] : origins(each)))]
}

it('finds the comment of the user behind every sentence of the fixtures', () => {
  const all = goodFixtures.flatMap((fixture) => origins(compileFixture(fixture).plan))
  expect(all.length).toBeGreaterThan(1000)
  const wrong = all.filter(
    (origin) =>
      origin.kind !== 'kernel' &&
      (ownComment(commentOf(origin)) !== origin.comment ||
        ownComment(formatOrigin(origin)) !== undefined ||
        ownComment(commentOf({ ...origin, comment: 'kept: short' })) !== 'kept: short'),
  )
  expect(wrong.map(commentOf)).toEqual([])
})

it('keeps a comment that multihome has not written', () => {
  expect(ownComment('the second provider')).toBe('the second provider')
  expect(ownComment('link to the office')).toBe('link to the office')
})
