// `render` of one host: compiles it, and writes, compares or prints its output.
import { hasErrors } from '../../diagnostics/diagnostic.js'
import type { JobResult } from '../hosts/job.js'
import { compileFile } from '../runtime/compile-inputs.js'
import { printDiagnostics, type Findings } from '../runtime/findings.js'
import type { Host } from '../runtime/host.js'
import type { ReportedDifference, ReportedOutput, ReportedTree } from '../format/report-json.js'
import { targetsWith } from '../usage/options.js'
import type { RenderOptions } from './render-options.js'
import { compareOutput } from './check.js'
import { filesIn, outputsOf, printAbandoned, rootOf, type TargetOutput } from './output-roots.js'
import { printOutputs } from './print.js'
import { NOTHING_WRITTEN, sum, unchanged, writeOutput, type Written } from './write.js'

/** What a report has of a host. */
export interface HostReport {
  readonly findings: Findings
  readonly outputs: readonly ReportedOutput[]
  readonly trees: readonly ReportedTree[]
  readonly differences: readonly ReportedDifference[]
}

export interface RenderedHost extends JobResult {
  readonly written: Written
  /** Whether the description has an error that does not concern a single target. */
  readonly stopped: boolean
  readonly errors: number
  readonly warnings: number
  /** Whether all its files are in place already. */
  readonly isCurrent: boolean
  readonly outputs: number
  /** Targets that cannot express it. */
  readonly refused: number
  /** Differences that `compare` found. */
  readonly differences: number
  /** The description and the files that it extends. */
  readonly inputs: readonly string[]
  readonly report: HostReport | undefined
}

export async function renderHost(file: string, options: RenderOptions, io: Host): Promise<RenderedHost> {
  const { strict, stdinName, detail, action, out, isFirst } = options
  const compiled = await compileFile(file, { targets: targetsWith(options.targets), strict, stdinName }, io)
  const { stopped, diagnostics } = compiled
  // A description that was good when it was inspected may have an error by now.
  if (isFirst || stopped) printDiagnostics([compiled], io, detail)
  const all = stopped ? [] : outputsOf(compiled)
  const isRefused = ({ output }: TargetOutput): boolean => hasErrors(output.diagnostics)
  const outputs = all.filter((each) => !isRefused(each))
  const refused = all.filter(isRefused)
  const trees: ReportedTree[] = []
  const differences: ReportedDifference[] = []
  let written = NOTHING_WRITTEN
  let isCurrent = false
  if (out !== undefined && !stopped) {
    if (isFirst && options.targets === undefined) printAbandoned(compiled, out, detail, io)
    const withRoots = outputs.map((each) => [each, rootOf(out, each)] as const)
    if (action === 'inspect') {
      isCurrent = withRoots.every(([each, root]) => io.isCurrent(root, filesIn(root, each.output)))
      if (isCurrent) written = unchanged(withRoots)
    }
    if (action === 'write')
      for (const [each, root] of withRoots) {
        if (io.isInterrupted) break
        written = sum(written, await writeOutput(each, root, options, trees, io))
      }
    if (action === 'compare')
      for (const [each, root] of withRoots) {
        const isComparable = await compareOutput(each, root, options, differences, io)
        if (!isComparable) written = { ...written, broken: true }
      }
    if (action !== 'inspect' && (detail === 'summary' || detail === 'all'))
      for (const each of refused)
        io.stdout(
          `refused  ${rootOf(out, each)}: ${each.target} cannot express the description; existing files stay\n`,
        )
  }
  if (action === 'print' && !options.isReported) printOutputs(outputs, options.isMany, io)
  const count = (severity: string): number => diagnostics.filter((one) => one.severity === severity).length
  return {
    archive: undefined,
    written,
    stopped,
    isCurrent,
    errors: count('error'),
    warnings: count('warning'),
    outputs: outputs.length,
    refused: refused.length,
    differences: differences.length,
    inputs: [...(compiled.texts?.keys() ?? [compiled.file])],
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
