// What a host has, each thing taken once: by all that it is where it is as planned, else by what it has in common.

export interface Pool<T, K extends string> {
  /** The first with this text for that key that nobody has taken. */
  readonly take: (key: K, text: string) => T | undefined
  /** In their order. */
  readonly rest: () => readonly T[]
}

export function poolOf<T, K extends string>(
  items: readonly T[],
  keys: Readonly<Record<K, (item: T) => string>>,
): Pool<T, K> {
  const left = new Set(items)
  const indices = new Map<K, ReadonlyMap<string, readonly T[]>>()
  const indexOf = (key: K): ReadonlyMap<string, readonly T[]> => {
    const index = indices.get(key) ?? grouped(items, keys[key])
    indices.set(key, index)
    return index
  }
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

function grouped<T>(items: readonly T[], textOf: (item: T) => string): ReadonlyMap<string, readonly T[]> {
  const groups = new Map<string, T[]>()
  for (const item of items) {
    const text = textOf(item)
    const group = groups.get(text)
    if (group === undefined) groups.set(text, [item])
    else group.push(item)
  }
  return groups
}
