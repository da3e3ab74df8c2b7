// List difference: matches the items of two lists, and reports what is added, removed, moved or changed.
import { groupBy } from '../stdlib/group-by.js'
import type { Change } from './difference.js'

export interface Match<T> {
  readonly before?: T
  readonly after?: T
  /** They match by the strictest key. */
  readonly isSame?: true
}

/**
 * Matches items with equal keys, by the strictest key first; of several equal ones the first matches the first. The
 * result is in the order of `after`; removed items keep their old relative position.
 */
export function matchLists<T>(
  before: readonly T[],
  after: readonly T[],
  keys: readonly ((one: T) => string)[],
): readonly Match<T>[] {
  const partners = new Map<number, number>()
  const same = new Set<number>()
  let olds = [...before.entries()]
  let news = [...after.entries()]
  for (const [strictness, keyOf] of keys.entries()) {
    if (olds.length === 0 || news.length === 0) break
    const waiting = groupBy(olds.toReversed(), ([, one]) => keyOf(one))
    news = news.filter(([index, one]) => {
      const [old] = waiting.get(keyOf(one))?.pop() ?? []
      if (old === undefined) return true
      partners.set(old, index)
      if (strictness === 0) same.add(index)
      return false
    })
    olds = olds.filter(([index]) => !partners.has(index))
  }
  return inOrder(before, after, partners, same)
}

function inOrder<T>(
  before: readonly T[],
  after: readonly T[],
  partners: ReadonlyMap<number, number>,
  same: ReadonlySet<number>,
): readonly Match<T>[] {
  const lone = new Map<number, Match<T>[]>()
  let last = -1
  for (const [index, one] of before.entries()) {
    const partner = partners.get(index)
    if (partner !== undefined) last = partner
    else lone.set(last, [...(lone.get(last) ?? []), { before: one }])
  }
  const olds = new Map([...partners].map(([old, index]) => [index, before[old]]))
  return [
    ...(lone.get(-1) ?? []),
    ...after.flatMap((one, index): Match<T>[] => {
      const old = olds.get(index)
      const pair = {
        before: old,
        after: one,
        ...(same.has(index) ? { isSame: true as const } : {}),
      }
      return [pair, ...(lone.get(index) ?? [])]
    }),
  ]
}

/** Unmatched items are added or removed; `changesOfMatch` compares the matched ones. */
export const changesOf = <T>(
  matches: readonly Match<T>[],
  changesOfMatch: (before: T, after: T, isSame: boolean) => readonly Change<T>[],
): readonly Change<T>[] =>
  matches.flatMap(({ before, after, isSame = false }): readonly Change<T>[] => {
    if (before === undefined) return after === undefined ? [] : [{ kind: 'added', after }]
    return after === undefined ? [{ kind: 'removed', before }] : changesOfMatch(before, after, isSame)
  })

/** Role of each field: those of `key` together identify the item, `text` never reaches a kernel. */
export type FieldRoles<T> = Readonly<Record<keyof T, 'key' | 'state' | 'text'>>

export function changesByKey<T extends object>(
  before: readonly T[],
  after: readonly T[],
  roles: FieldRoles<T>,
): readonly Change<T>[] {
  const keys = fieldsOf(roles, 'key')
  const matches = matchLists(before, after, [(one) => textOf(keys.map((field) => one[field]))])
  return changesOf(matches, (old, now) => changed(old, now, changedFields(old, now, roles)))
}

/** Empty if no field changed. */
export const changed = <T>(before: T, after: T, fields: readonly string[]): readonly Change<T>[] =>
  fields.length === 0 ? [] : [{ kind: 'changed', before, after, fields }]

export const changedFields = <T extends object>(
  before: T,
  after: T,
  roles: FieldRoles<T>,
): readonly (keyof T & string)[] =>
  fieldsOf(roles, 'state').filter(
    (field) => before[field] !== after[field] && textOf(before[field]) !== textOf(after[field]),
  )

const fieldsOf = <T>(roles: FieldRoles<T>, role: FieldRoles<T>[keyof T]): readonly (keyof T & string)[] =>
  (Object.keys(roles) as (keyof T & string)[]).filter((field) => roles[field] === role)

/** Equal for equal plain values, in whichever order their fields were written. */
export const textOf = (value: unknown): string =>
  JSON.stringify(value, (_, part: unknown) =>
    typeof part === 'object' && part !== null && !Array.isArray(part)
      ? Object.fromEntries(Object.entries(part).toSorted(([a], [b]) => (a < b ? -1 : 1)))
      : part,
  ) ?? ''

/** Indices of a longest increasing subsequence, in order. */
export function longestIncreasingSubsequence(numbers: readonly number[]): readonly number[] {
  /** By length: the index at which the subsequence of that length with the lowest end ends. */
  const ends: number[] = []
  const predecessors: (number | undefined)[] = []
  for (const [index, number] of numbers.entries()) {
    const length = countBelow(ends.length, (middle) => (numbers[ends[middle] ?? 0] ?? 0) < number)
    predecessors.push(length === 0 ? undefined : ends[length - 1])
    ends[length] = index
  }
  const subsequence: number[] = []
  for (let index = ends.at(-1); index !== undefined; index = predecessors[index]) subsequence.push(index)
  return subsequence.reverse()
}

/** Binary search: how many of the first `length` indices are below the limit, given that those come first. */
export function countBelow(length: number, isBelow: (index: number) => boolean): number {
  let low = 0
  let high = length
  while (low < high) {
    const middle = (low + high) >> 1
    if (isBelow(middle)) low = middle + 1
    else high = middle
  }
  return low
}
