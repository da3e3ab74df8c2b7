// `render --out`: writes the tree of every target, and prints what changed.
import { join, resolve } from 'node:path'
import { formatLine, sourceLine } from '../../diagnostics/source-line.js'
import { CONTROL_FOLDER } from '../../targets/control.js'
import { formatMode } from '../../node/file-owner.js'
import type { WriteReport } from '../../node/write.js'
import { stepsAfterFiles, stepsBeforeFiles } from '../../targets/steps.js'
import type { Output, RenderedFile, Step } from '../../targets/target.js'
import { countOf } from '../runtime/findings.js'
import type { Host } from '../runtime/host.js'
import { filesIn, refusalLines, rootOf, summaryTail, reportProblems } from './output-roots.js'
import type { OutputResult, OutputRoots, TargetOutput } from './output-roots.js'
import type { ReportedTree } from '../format/report-json.js'

export async function writeAll(roots: OutputRoots, io: Host): Promise<OutputResult> {
  const { detail } = roots
  const trees: ReportedTree[] = []
  const results = await writeRoots(roots, io)
  const skipped = roots.outputs.length - results.length
  let broken = skipped > 0
  for (const [written, root, outcome] of results) {
    if (!outcome.ok) {
      broken = true
      reportProblems(root, outcome.problems, io)
      io.stderr(
        outcome.changed === undefined
          ? `Nothing was written into ${root}.\n`
          : `${countOf(outcome.changed.length, 'file')} in ${root} changed before that: ${outcome.changed.join(', ')}. fix: remove the cause and render again.\n`,
      )
      continue
    }
    const report = outcome.value
    trees.push({ target: written.target, root, ...report })
    if (detail === 'summary' || detail === 'all')
      for (const { path, text } of report.remarks) io.stderr(`note: ${join(root, path)}: ${text}\n`)
    if (detail === 'summary') io.stdout(changesOf(root, report))
    if (detail === 'all') io.stdout(paragraphOf(roots, written, root, report))
  }
  if (skipped > 0) io.stderr(`Interrupted: nothing was written into ${countOf(skipped, 'more folder')}.\n`)
  if (detail === 'summary' || detail === 'all')
    io.stdout(`${refusalLines(roots)}${totals(trees)}${summaryTail(roots)}.${hint(trees)}\n`)
  return { stale: false, broken, report: { trees } }
}

/** Roots wait for the disk in parallel, within the limit of open files. */
const AT_ONCE = 8

type Written = readonly [TargetOutput, string, Awaited<ReturnType<Host['write']>>]

async function writeRoots({ outputs, out }: OutputRoots, io: Host): Promise<readonly Written[]> {
  const written: Written[] = []
  for (let index = 0; index < outputs.length && !io.isInterrupted; index += AT_ONCE) {
    const some = outputs.slice(index, index + AT_ONCE)
    const outcomes = await Promise.all(
      some.map(async (each): Promise<Written> => {
        const root = rootOf(out, each)
        return [each, root, await io.write(root, filesIn(root, each.output))]
      }),
    )
    written.push(...outcomes)
  }
  return written
}

const changesOf = (root: string, report: WriteReport): string =>
  [
    ...report.written.map((path) => `written  ${join(root, path)}\n`),
    ...report.removed.map((path) => `removed  ${join(root, path)}\n`),
  ].join('')

function paragraphOf(roots: OutputRoots, written: TargetOutput, root: string, report: WriteReport): string {
  const { file, target, output } = written
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
  const title = roots.compiled.length > 1 ? `${file}, ${target}` : target
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

const sum = (trees: readonly ReportedTree[], key: 'written' | 'restored' | 'unchanged' | 'removed'): number =>
  trees.reduce((total, tree) => total + tree[key].length, 0)

/** `2 files written, 1 removed, 5 unchanged; mode or owner of 1 restored`. */
function totals(trees: readonly ReportedTree[]): string {
  const [written, removed, restored] = [sum(trees, 'written'), sum(trees, 'removed'), sum(trees, 'restored')]
  const counts = [
    `${countOf(written, 'file') || 'no file'} written`,
    ...(removed === 0 ? [] : [`${removed} removed`]),
    `${sum(trees, 'unchanged') + restored} unchanged`,
  ]
  return `${counts.join(', ')}${restored === 0 ? '' : `; mode or owner of ${restored} restored`}`
}

/** How to apply the files if something changed; one line for any number of trees. */
function hint(trees: readonly ReportedTree[]): string {
  const changed = trees.filter((tree) => tree.written.length + tree.removed.length > 0)
  const [first] = changed
  if (first === undefined) return ''
  if (resolve(first.root) === '/') return ' -v lists the steps that apply them.'
  const script = `${CONTROL_FOLDER.slice(1)}/apply.sh`
  return changed.length === 1
    ? ` To apply them: ${join(first.root, script)}`
    : ` To apply a tree: its ${script}`
}
