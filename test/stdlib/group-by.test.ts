import { expect, it } from 'vitest'
import { groupBy } from '../../src/stdlib/group-by.js'

it('groups by key in the order of the first items, and keeps the order within each group', () => {
  expect([...groupBy([3, 8, 5, 2], (number) => number % 2)]).toEqual([
    [1, [3, 5]],
    [0, [8, 2]],
  ])
})

it('has no group without items', () => {
  expect([...groupBy([], () => 'any')]).toEqual([])
})
