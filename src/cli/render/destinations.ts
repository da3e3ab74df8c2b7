// Output folders of descriptions and targets.
import { join } from 'node:path'
import { targetNames } from '../../description/target-names.js'
import { STDIN_NAME, stemOf } from '../runtime/inputs.js'

const HOST = '{host}'

/** Why several descriptions would share a folder in `--out`; undefined if they do not. */
export function outProblem(out: string, files: readonly string[]): string | undefined {
  if (!out.includes(HOST)) {
    return files.length > 1
      ? `${files.length} descriptions would be written into one ${out}: put {host} in it (--out '${join(out, HOST)}')`
      : undefined
  }
  const owners = new Map<string, string>()
  for (const file of files) {
    if (file === STDIN_NAME) return 'standard input has no name for {host}: give it one with --stdin-name'
    const stem = stemOf(file)
    if (stem === '' || stem === '.' || stem === '..') return `${file} has no name for {host}`
    const other = owners.get(stem)
    if (other !== undefined) return `${other} and ${file} are both host ${stem}`
    owners.set(stem, file)
  }
  return undefined
}

/** DIR for the only target of a description, DIR/TARGET for several. */
export function rootFor(out: string, file: string, target: string, isOnly: boolean): string {
  const base = baseOf(out, file)
  return isOnly ? base : join(base, target)
}

/** Roots that another choice of targets may have written. */
export function otherRoots(out: string, file: string, chosen: readonly string[]): readonly string[] {
  const base = baseOf(out, file)
  const isOnly = chosen.length === 1
  const others = targetNames.filter((target) => isOnly || !chosen.includes(target))
  return [...(isOnly ? [] : [base]), ...others.map((target) => join(base, target))]
}

/** The replacement is a function because `$'` in a name would be a pattern. */
const baseOf = (out: string, file: string): string => out.replaceAll(HOST, () => stemOf(file))
