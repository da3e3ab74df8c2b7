// Targets on the command line: `--target`, several times or with commas.
import { ALL, targetHint, targetNamed } from '../../description/target-names.js'
import { targets } from '../../targets/index.js'
import type { Target } from '../../targets/target.js'
import type { UsageProblem } from '../usage/usage.js'

/** For help and completion. */
export const targetNames: readonly string[] = [...targets.map(({ id }) => id), ALL]

const namesIn = (word: string): readonly string[] => word.split(',').map((name) => name.trim())

export const targetProblems = (word: string): readonly UsageProblem[] =>
  namesIn(word)
    .filter((name) => name !== ALL && targetNamed(name) === undefined)
    .map((name) => ({ problem: `--target knows no \`${name}\``, fix: targetHint(name) }))

/** In the order of the registry; undefined if each description chooses its own. */
export function targetsNamed(words: readonly string[]): readonly Target[] | undefined {
  if (words.length === 0) return undefined
  const names = words.flatMap(namesIn)
  const ids = new Set(names.map(targetNamed))
  return targets.filter(({ id }) => names.includes(ALL) || ids.has(id))
}
