// Where do the files of each description and target go?
import { join } from 'node:path'
import { STDIN_NAME, stemOf } from './inputs.js'

const HOST = '{host}'

/** Why `--out` cannot hold these descriptions apart; undefined where it can. */
export function outProblem(out: string, files: readonly string[]): string | undefined {
  if (!out.includes(HOST)) {
    return files.length > 1
      ? `${files.length} descriptions would be written into one ${out}: put {host} in it (--out '${join(out, HOST)}')`
      : undefined
  }
  const owners = new Map<string, string>()
  for (const file of files) {
    if (file === STDIN_NAME)
      return 'standard input has no name that could stand for {host}: give it one with --stdin-name'
    const stem = stemOf(file)
    if (stem === '' || stem === '.' || stem === '..') return `${file} has no name that could stand for {host}`
    const other = owners.get(stem)
    if (other !== undefined) return `${other} and ${file} are both host ${stem}`
    owners.set(stem, file)
  }
  return undefined
}

/** DIR itself for the only target of a description, DIR/TARGET for each of several. */
export function rootFor(out: string, file: string, target: string, isOnly: boolean): string {
  const base = out.replaceAll(HOST, stemOf(file))
  return isOnly ? base : join(base, target)
}
