// Pool of live items, for matching: each item is taken once, by full identity or by a partial key.
import { memoize } from '../../stdlib/memoize.js'
import { groupBy } from '../../stdlib/group-by.js'

export interface Pool<T, K extends string> {
  /** Takes the first remaining item whose key has this text. */
  readonly take: (key: K, text: string) => T | undefined
  /** Remaining items in order. */
  readonly rest: () => readonly T[]
}

export function poolOf<T, K extends string>(
  items: readonly T[],
  keys: Readonly<Record<K, (item: T) => string>>,
): Pool<T, K> {
  const left = new Set(items)
  const indexOf = memoize((key: K) => groupBy(items, keys[key]))
  return {
    take: (key, text) => {
      const found = indexOf(key)
        .get(text)
        ?.find((item) => left.has(item))
      if (found !== undefined) left.delete(found)
      return found
    },
    rest: () => [...left],
  }
}
