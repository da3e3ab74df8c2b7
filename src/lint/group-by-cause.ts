// One cause that several places of a description share is told once, at the first of them.
import type { Path, Related } from '../diagnostics/diagnostic.js'

const MAX_LOCATIONS = 4

/** Where the others are, as far as somebody would read it. */
export function otherLocations(all: readonly { readonly path: Path }[]): {
  readonly related?: readonly Related[]
} {
  const others = all.slice(1, 1 + MAX_LOCATIONS).map(({ path }) => ({ message: 'so is this', path }))
  return others.length === 0 ? {} : { related: others }
}

export function grouped<T>(all: readonly T[], keyOf: (one: T) => string): Iterable<readonly T[]> {
  const groups = new Map<string, T[]>()
  for (const one of all) {
    const key = keyOf(one)
    const group = groups.get(key)
    if (group === undefined) groups.set(key, [one])
    else group.push(one)
  }
  return groups.values()
}
