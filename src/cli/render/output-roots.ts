// Roots of the outputs of `render`: a folder for each description and target; and targets that refuse.
import { dirname, join, resolve } from 'node:path'
import { targetNames } from '../../description/target-names.js'
import type { TreeRemark } from '../../node/tree/tree-validation.js'
import type { Output, RenderedFile } from '../../targets/target.js'
import type { Compiled } from '../runtime/compile-inputs.js'
import { STDIN_NAME, stemOf } from '../runtime/inputs.js'
import type { Host } from '../runtime/host.js'
import { printsSummary, type Detail } from '../usage/options.js'
import type { ReportedOutput } from '../format/report-json.js'

/** Output of a target for a description. */
export interface TargetOutput extends ReportedOutput {
  readonly isOnlyTarget: boolean
}

export const outputsOf = ({ file, compilation, targets }: Compiled): readonly TargetOutput[] =>
  [...(compilation?.outputs ?? [])].map(([target, output]) => ({
    file,
    target,
    output,
    isOnlyTarget: targets.length === 1,
  }))

export const HOST = '{host}'

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

/** Why output would be read as descriptions by the next run; undefined if it would not. */
export function insideProblem(out: string, patterns: readonly string[], io: Host): string | undefined {
  const [start = ''] = out.split(HOST)
  const folder = resolve(start.endsWith('/') || start === '' ? start : dirname(start))
  const input = patterns.find(
    (pattern) => io.isFolder(pattern) && `${folder}/`.startsWith(`${resolve(pattern)}/`),
  )
  return input === undefined
    ? undefined
    : `${out} is inside ${input}, where the next run looks for descriptions. fix: write into a folder beside it`
}

/** DIR for the only target of a description, DIR/TARGET for several. */
export const rootOf = (
  out: string,
  { file, target, isOnlyTarget }: Pick<TargetOutput, 'file' | 'target' | 'isOnlyTarget'>,
): string => (isOnlyTarget ? baseOf(out, file) : join(baseOf(out, file), target))

/** Roots that an earlier run with another choice of targets has written. */
export function abandonedRoots(
  out: string,
  file: string,
  chosen: readonly string[],
  io: Pick<Host, 'hasTree'>,
): readonly string[] {
  const base = baseOf(out, file)
  const isOnly = chosen.length === 1
  const others = targetNames.filter((target) => isOnly || !chosen.includes(target))
  return [...(isOnly ? [] : [base]), ...others.map((target) => join(base, target))].filter(io.hasTree)
}

/** The replacement is a function because `$'` in a name would be a pattern. */
export const baseOf = (out: string, file: string): string => out.replaceAll(HOST, () => stemOf(file))

/** The files of an output with its control files; without those if the root is the host's own. */
export const filesIn = (root: string, { files, control }: Output): readonly RenderedFile[] =>
  resolve(root) === '/' ? files : [...files, ...control]

/** Reports trees of targets that a description no longer chooses: nothing updates or removes them. */
export function printAbandoned({ file, targets }: Compiled, out: string, detail: Detail, io: Host): void {
  if (!printsSummary(detail)) return
  const ids = targets.map(({ id }) => id)
  for (const root of abandonedRoots(out, file, ids, io))
    io.stderr(
      `note: ${root}: an earlier run wrote this tree, and ${file} no longer chooses it. fix: remove its files\n`,
    )
}

export function reportProblems(root: string, problems: readonly TreeRemark[], io: Host): void {
  for (const { path, text } of problems)
    io.stderr(`multihome: ${path === '/' ? root : join(root, path)}: ${text}\n`)
}
