// Which target does a name on the command line mean?
import { targets } from '../targets/index.js'
import type { Target } from '../targets/target.js'

/** Names of distributions, for those who do not know their stack's name. */
const aliases: Readonly<Record<string, string>> = { gentoo: 'netifrc', debian: 'ifupdown' }

const all: readonly Target[] = targets

export const targetNames: readonly string[] = [...all.map(({ id }) => id), ...Object.keys(aliases)]

/** All of them for none; each once, in the order of the registry. Names are checked before, by `choices`. */
export function targetsNamed(names: readonly string[]): readonly Target[] {
  if (names.length === 0) return all
  const ids = new Set(names.map((name) => aliases[name] ?? name))
  return all.filter(({ id }) => ids.has(id))
}
