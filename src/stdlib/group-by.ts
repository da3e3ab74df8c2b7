// Grouping by key with the semantics of Map.groupBy, which Node 20 lacks.

/** A group has an item, so its first one is defined. */
export type Group<T> = [T, ...T[]]

/** Groups in the order of their first items; items in their order. */
export function groupBy<T, Key>(items: Iterable<T>, keyOf: (item: T) => Key): Map<Key, Group<T>> {
  const groups = new Map<Key, Group<T>>()
  for (const item of items) {
    const key = keyOf(item)
    const group = groups.get(key)
    if (group === undefined) groups.set(key, [item])
    else group.push(item)
  }
  return groups
}

/** The values of each key. */
export function groupPairs<Key, T>(pairs: Iterable<readonly [Key, T]>): ReadonlyMap<Key, readonly T[]> {
  const groups = groupBy(pairs, ([key]) => key)
  return new Map([...groups].map(([key, group]) => [key, group.map(([, value]) => value)]))
}

/** The first item of each key. */
export function distinctBy<T>(items: Iterable<T>, keyOf: (item: T) => unknown): readonly T[] {
  const first = new Map<unknown, T>()
  for (const item of items) {
    const key = keyOf(item)
    if (!first.has(key)) first.set(key, item)
  }
  return [...first.values()]
}

/**
 * Groups of what both families have: each has at most one item of a family, since two equal items of one family are two.
 */
export function groupFamilies<T>(
  items: Iterable<T>,
  keyOf: (item: T) => string,
  familyOf: (item: T) => unknown,
): readonly Group<T>[] {
  const groups: Group<T>[] = []
  const byKey = new Map<string, Group<T>>()
  for (const item of items) {
    const key = keyOf(item)
    const known = byKey.get(key)
    if (known !== undefined && known.every((other) => familyOf(other) !== familyOf(item))) known.push(item)
    else {
      const group: Group<T> = [item]
      groups.push(group)
      if (known === undefined) byKey.set(key, group)
    }
  }
  return groups
}
