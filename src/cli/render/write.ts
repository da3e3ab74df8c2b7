// `render --out`: writes the tree of every target, and prints what changed.
import { join, resolve } from 'node:path'
import { formatLine, sourceLine } from '../../diagnostics/source-line.js'
import { CONTROL_FOLDER } from '../../targets/control.js'
import { formatMode } from '../../node/tree/file-owner.js'
import type { WriteReport } from '../../node/tree/write.js'
import { stepsAfterFiles, stepsBeforeFiles } from '../../targets/steps.js'
import type { Output, RenderedFile, Step } from '../../targets/target.js'
import { countOf } from '../runtime/findings.js'
import type { Host } from '../runtime/host.js'
import type { ReportedTree } from '../format/report-json.js'
import { printsSummary } from '../usage/options.js'
import { filesIn, reportProblems, type TargetOutput } from './output-roots.js'
import type { RenderOptions } from './render-options.js'

/** Numbers of files, and the roots in which some changed. */
export interface Written {
  readonly written: number
  /** Only mode or owner was wrong. */
  readonly restored: number
  readonly unchanged: number
  readonly removed: number
  readonly roots: readonly string[]
  /** Whether files could not be read or written. */
  readonly broken: boolean
  /** Outputs that are done. */
  readonly outputs: number
}

export const NOTHING_WRITTEN: Written = {
  written: 0,
  restored: 0,
  unchanged: 0,
  removed: 0,
  roots: [],
  broken: false,
  outputs: 0,
}

export const sum = (one: Written, other: Written): Written => ({
  written: one.written + other.written,
  restored: one.restored + other.restored,
  unchanged: one.unchanged + other.unchanged,
  removed: one.removed + other.removed,
  // No more than one root is named.
  roots: other.roots.length === 0 ? one.roots : [...one.roots, ...other.roots].slice(0, 2),
  broken: one.broken || other.broken,
  outputs: one.outputs + other.outputs,
})

export const unchanged = (outputs: readonly (readonly [TargetOutput, string])[]): Written => ({
  ...NOTHING_WRITTEN,
  unchanged: outputs.reduce((total, [{ output }, root]) => total + filesIn(root, output).length, 0),
  outputs: outputs.length,
})

/** Writes the tree of a target, prints what changed, and adds to `trees`. */
export async function writeOutput(
  output: TargetOutput,
  root: string,
  { detail, isMany }: RenderOptions,
  trees: ReportedTree[],
  io: Host,
): Promise<Written> {
  const outcome = await io.write(root, filesIn(root, output.output))
  if (!outcome.ok) {
    reportProblems(root, outcome.problems, io)
    io.stderr(
      outcome.changed === undefined
        ? `Nothing was written into ${root}.\n`
        : `${countOf(outcome.changed.length, 'file')} in ${root} changed before that: ${outcome.changed.join(', ')}. fix: remove the cause and render again.\n`,
    )
    return { ...NOTHING_WRITTEN, broken: true, outputs: 1 }
  }
  const report = outcome.value
  trees.push({ target: output.target, root, ...report })
  if (printsSummary(detail))
    for (const { path, text } of report.remarks) io.stderr(`note: ${join(root, path)}: ${text}\n`)
  if (detail === 'summary') io.stdout(isMany ? lineOf(root, report) : changesOf(root, report))
  if (detail === 'all') io.stdout(paragraphOf(output, root, report, isMany))
  const [written, removed] = [report.written.length, report.removed.length]
  return {
    written,
    removed,
    restored: report.restored.length,
    unchanged: report.unchanged.length,
    roots: written + removed === 0 ? [] : [root],
    broken: false,
    outputs: 1,
  }
}

/** For one of many hosts; empty if nothing changed. */
function lineOf(root: string, { written, removed }: WriteReport): string {
  const counts = [
    ...(written.length === 0 ? [] : [`${countOf(written.length, 'file')} written`]),
    ...(removed.length === 0 ? [] : [`${removed.length} removed`]),
  ]
  return counts.length === 0 ? '' : `changed  ${root}: ${counts.join(', ')}\n`
}

const changesOf = (root: string, report: WriteReport): string =>
  [
    ...report.written.map((path) => `written  ${join(root, path)}\n`),
    ...report.removed.map((path) => `removed  ${join(root, path)}\n`),
  ].join('')

function paragraphOf(
  { file, target, output }: TargetOutput,
  root: string,
  report: WriteReport,
  isMany: boolean,
): string {
  const states = new Map<string, string>([
    ...report.written.map((path) => [path, 'written'] as const),
    ...report.restored.map((path) => [path, 'restored'] as const),
  ])
  const lines = [
    ...filesIn(root, output).map((each) => fileLine(each, states.get(each.path) ?? 'unchanged')),
    ...report.removed.map((path) => `removed    ${path}`),
    ...output.diagnostics.map(
      ({ message, span }) =>
        `note: ${span === undefined ? '' : `${formatLine(sourceLine(span, file))}: `}${message}`,
    ),
    ...nextSteps(root, output),
  ]
  const title = isMany ? `${file}, ${target}` : target
  return `${title}: ${root}\n${lines.map((line) => `  ${line}\n`).join('')}\n`
}

/** Runs apply.sh of the tree, or the steps if the files are in place; without line ends. */
function nextSteps(root: string, { first, change }: Output): readonly string[] {
  if (resolve(root) !== '/')
    return [`Copy the tree to the host and run, as root: ${join(root, CONTROL_FOLDER, 'apply.sh')}`]
  // Most stacks have the same steps for a change as for the first time.
  if (commandsOf(first) === commandsOf(change))
    return numbered('As root, the first time and after each change:', first)
  return [
    ...numbered('As root, the first time:', first),
    ...numbered('From the previous files to these:', change),
  ]
}

const commandsOf = (steps: readonly Step[]): string => steps.map(({ command }) => command).join('\n')

function numbered(title: string, steps: readonly Step[]): readonly string[] {
  const inOrder = [...stepsBeforeFiles(steps), ...stepsAfterFiles(steps)]
  if (inOrder.length === 0) return []
  return [
    title,
    ...inOrder.map(
      ({ command, why }, index) => `  ${index + 1}. ${command}${why === '' ? '' : `    # ${why}`}`,
    ),
  ]
}

function fileLine(file: RenderedFile, state: string): string {
  const start = state.padEnd(11)
  return 'symlink' in file
    ? `${start}${file.path} -> ${file.symlink}`
    : `${start}${file.path}  ${formatMode(file.mode)} ${file.owner}`
}

/** `2 files written, 1 removed, 5 unchanged; mode or owner of 1 restored`. */
export function totals({ written, removed, restored, unchanged }: Written): string {
  const counts = [
    `${countOf(written, 'file') || 'no file'} written`,
    ...(removed === 0 ? [] : [`${removed} removed`]),
    `${unchanged + restored} unchanged`,
  ]
  return `${counts.join(', ')}${restored === 0 ? '' : `; mode or owner of ${restored} restored`}`
}

/** How to apply the files if something changed; one line for any number of trees. */
export function hint({ roots: [first, second] }: Written): string {
  if (first === undefined) return ''
  if (resolve(first) === '/') return ' -v lists the steps that apply them.'
  const script = `${CONTROL_FOLDER.slice(1)}/apply.sh`
  return second === undefined ? ` To apply them: ${join(first, script)}` : ` To apply a tree: its ${script}`
}
