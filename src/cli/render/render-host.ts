// `render` of one host: compiles it, and writes, compares or prints its output.
import { hasErrors } from '../../diagnostics/diagnostic.js'
import type { JobResult } from '../hosts/job.js'
import { compileFile, type Compiled } from '../runtime/compile-inputs.js'
import { printDiagnostics, type Findings } from '../runtime/findings.js'
import type { Host } from '../runtime/host.js'
import type { ReportedDifference, ReportedOutput, ReportedTree } from '../format/report-json.js'
import { printsSummary, targetsWith } from '../usage/options.js'
import type { ArchiveOptions, RenderOptions } from './render-options.js'
import { entryOf, recordingLoad, type Entry } from './cache-entry.js'
import { compareOutput } from './check.js'
import {
  filesIn,
  HOST,
  outputsOf,
  printAbandoned,
  reportProblems,
  rootOf,
  type TargetOutput,
} from './output-roots.js'
import { printOutputs } from './print.js'
import { NOTHING_WRITTEN, sum, unchanged, writeOutput, type Written } from './write.js'

/** What a report has of a host. */
export interface HostReport {
  readonly findings: Findings
  readonly outputs: readonly ReportedOutput[]
  readonly trees: readonly ReportedTree[]
  readonly differences: readonly ReportedDifference[]
}

export interface RenderedHost extends JobResult, Made {
  /** Whether the description has an error that does not concern a single target. */
  readonly stopped: boolean
  readonly errors: number
  readonly warnings: number
  readonly outputs: number
  /** Targets that cannot express it. */
  readonly refused: number
  /** Differences that `compare` found. */
  readonly differences: number
  /** The description and the files that it extends. */
  readonly inputs: readonly string[]
  /** For the cache. */
  readonly entry: Entry | undefined
  readonly report: HostReport | undefined
}

export async function renderHost(file: string, options: RenderOptions, io: Host): Promise<RenderedHost> {
  const { strict, stdinName, defaults, detail, action, out, archive, isFirst, environment } = options
  const targets = targetsWith(options.targets)
  // An inspection has printed the warnings.
  const lint = isFirst || options.isReported
  const recorder = recordingLoad(io.load)
  recorder.take()
  const { load } = recorder
  const choice = { targets, strict, lint, stdinName, defaults }
  const rendered = await compileFile(file, choice, { read: io.read, load })
  const calls = recorder.take()
  const { stopped } = rendered
  const all = stopped ? [] : outputsOf(rendered)
  const expressed = all.filter(({ output }) => !hasErrors(output.diagnostics))
  const { held: outputs, errors } =
    archive === undefined
      ? { held: expressed, errors: [] }
      : (await import('./archive.js')).heldBy(expressed, archive)
  const diagnostics = [...rendered.diagnostics, ...errors]
  const compiled = { ...rendered, diagnostics }
  // A description that was good when it was inspected may have an error by now.
  const printed: string[] = []
  const { color } = io
  if (isFirst || stopped)
    printDiagnostics([compiled], { color, stderr: (text) => printed.push(text) }, detail)
  for (const text of printed) io.stderr(text)
  const refused = all.filter((each) => !outputs.includes(each))
  const trees: ReportedTree[] = []
  const differences: ReportedDifference[] = []
  const made =
    out === undefined || outputs.length === 0
      ? NOTHING_MADE
      : archive === undefined
        ? await makeTrees(compiled, outputs, out, options, trees, differences, io)
        : await makeFile(outputs, out, { ...options, archive }, differences, io)
  if (out !== undefined && action !== 'inspect' && printsSummary(detail))
    for (const each of refused)
      io.stdout(
        `refused  ${rootOf(out, each)}: ${each.target} cannot express the description; existing files stay\n`,
      )
  if (action === 'print' && archive === undefined && !options.isReported)
    printOutputs(outputs, options.isMany, io)
  const isShared = archive !== undefined && action !== 'inspect' && out?.includes(HOST) !== true
  const count = (severity: string): number => diagnostics.filter((one) => one.severity === severity).length
  const isMade = isShared || action === 'print'
  return {
    ...made,
    written: isMade ? { ...made.written, outputs: outputs.length } : made.written,
    archive: isShared ? (await import('./archive.js')).entriesOf(outputs, archive) : undefined,
    stopped,
    errors: count('error'),
    warnings: count('warning'),
    outputs: outputs.length,
    refused: refused.length,
    differences: differences.length,
    inputs: [...(compiled.texts?.keys() ?? [compiled.file])],
    entry:
      environment === undefined || stopped || refused.length > 0
        ? undefined
        : entryOf(environment, file, compiled, calls, outputs, printed),
    report: options.isReported
      ? {
          findings: { file: compiled.file, text: undefined, diagnostics },
          outputs: outputs.map(({ file: from, target, output }) => ({ file: from, target, output })),
          trees,
          differences,
        }
      : undefined,
  }
}

interface Made {
  readonly written: Written
  /** Whether all files are in place already. */
  readonly isCurrent: boolean
  /** Roots of trees, or files. */
  readonly paths: readonly string[]
}

const NOTHING_MADE: Made = { written: NOTHING_WRITTEN, isCurrent: false, paths: [] }

async function makeTrees(
  compiled: Compiled,
  outputs: readonly TargetOutput[],
  out: string,
  options: RenderOptions,
  trees: ReportedTree[],
  differences: ReportedDifference[],
  io: Host,
): Promise<Made> {
  const { action, detail, isFirst } = options
  if (isFirst && options.targets === undefined) printAbandoned(compiled, out, detail, io)
  const withRoots = outputs.map((each) => [each, rootOf(out, each)] as const)
  const paths = withRoots.map(([, root]) => root)
  if (action === 'inspect') {
    const isCurrent = withRoots.every(
      ([each, root]) => io.hasTree(root) && io.isCurrent(root, filesIn(root, each.output)),
    )
    return { written: isCurrent ? unchanged(withRoots) : NOTHING_WRITTEN, isCurrent, paths }
  }
  let written = NOTHING_WRITTEN
  for (const [each, root] of withRoots) {
    if (io.isInterrupted) break
    const link = options.below === undefined ? undefined : io.symlinkBelow(options.below, root)
    if (link !== undefined) {
      const text = `${link} is a symbolic link, which multihome.yaml cannot lead through. fix: remove it, or name a folder with --out`
      reportProblems(root, [{ path: '/', text }], io)
      written = sum(written, { ...NOTHING_WRITTEN, broken: true, outputs: 1 })
      continue
    }
    written = sum(
      written,
      action === 'write'
        ? await writeOutput(each, root, options, trees, io)
        : {
            ...NOTHING_WRITTEN,
            broken: !(await compareOutput(each, root, options, differences, io)),
            outputs: 1,
          },
    )
  }
  return { written, isCurrent: false, paths }
}

/** The file of the host, if it has one of its own. */
async function makeFile(
  outputs: readonly TargetOutput[],
  out: string,
  options: RenderOptions & { readonly archive: ArchiveOptions },
  differences: ReportedDifference[],
  io: Host,
): Promise<Made> {
  const [first] = outputs
  if (!out.includes(HOST) || first === undefined) return NOTHING_MADE
  const { isCurrentFile, pathOf, writeFile } = await import('./archive.js')
  const path = pathOf(out, first)
  const paths = [path]
  if (options.action === 'write')
    return { written: writeFile(path, outputs, options, io), isCurrent: false, paths }
  const isCurrent = isCurrentFile(path, outputs, options.archive, io)
  if (options.action === 'compare' && !isCurrent) {
    const text = 'is missing or has other content'
    differences.push({ target: first.target, root: path, path: '/', what: 'content', text })
    if (printsSummary(options.detail)) io.stdout(`${path} ${text}\n`)
  }
  const written = { ...NOTHING_WRITTEN, unchanged: isCurrent ? 1 : 0, outputs: outputs.length }
  return { written, isCurrent, paths }
}
