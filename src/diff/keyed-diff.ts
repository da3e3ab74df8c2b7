// Lists of things of which each has a key of its own: what one has, what the other has, and what differs in both.
import type { Change } from './difference.js'
import { changesOf, pairUp } from './match-lists.js'

/** What each field of a thing is: `key` says which thing it is, `words` never reach a kernel. */
export type FieldKinds<T> = Readonly<Record<keyof T, 'key' | 'state' | 'words'>>

export const changesByKey = <T extends object>(
  before: readonly T[],
  after: readonly T[],
  kinds: FieldKinds<T>,
  keyOf: (one: T) => string,
): readonly Change<T>[] =>
  changesOf(pairUp(before, after, [keyOf]), (old, one) => changed(old, one, changedFields(old, one, kinds)))

/** Empty where no field is named. */
export const changed = <T>(before: T, after: T, fields: readonly string[]): readonly Change<T>[] =>
  fields.length === 0 ? [] : [{ kind: 'changed', before, after, fields }]

export const changedFields = <T extends object>(
  before: T,
  after: T,
  kinds: FieldKinds<T>,
): readonly (keyof T & string)[] =>
  (Object.keys(kinds) as (keyof T & string)[]).filter(
    (field) => kinds[field] === 'state' && textOf(before[field]) !== textOf(after[field]),
  )

/** The same for plain values that are the same, in whichever order their fields were written. */
export const textOf = (value: unknown): string =>
  JSON.stringify(value, (_, part: unknown) =>
    typeof part === 'object' && part !== null && !Array.isArray(part)
      ? Object.fromEntries(Object.entries(part).toSorted(([a], [b]) => (a < b ? -1 : 1)))
      : part,
  ) ?? ''
