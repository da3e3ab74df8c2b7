// Trees of a run of `render`: which root each output belongs to, and which targets refuse.
import { join, resolve } from 'node:path'
import { hasErrors } from '../../diagnostics/diagnostic.js'
import type { ModeComparison } from '../../node/compare.js'
import type { TreeRemark } from '../../node/tree-validation.js'
import type { Output, RenderedFile } from '../../targets/target.js'
import type { Compiled } from '../runtime/compile-inputs.js'
import { otherRoots, rootFor } from './destinations.js'
import { countOf, summaryOf } from '../runtime/findings.js'
import type { Host } from '../runtime/host.js'
import type { Detail } from '../usage/options.js'
import type { ReportedDifference, ReportedOutput, ReportedTree } from '../format/report-json.js'

export interface OutputRoots {
  readonly compiled: readonly Compiled[]
  readonly outputs: readonly TargetOutput[]
  readonly out: string
  /** Whether the descriptions choose the targets, and not the command line. */
  readonly isChosen: boolean
  readonly detail: Detail
  readonly diff: boolean
  /** With which modes `--check` compares. */
  readonly modes: ModeComparison
}

export interface Placement {
  /** What stands there is not what the description says. */
  readonly stale: boolean
  /** The disk refused. */
  readonly broken: boolean
  readonly report: {
    readonly trees?: readonly ReportedTree[]
    readonly differences?: readonly ReportedDifference[]
  }
}

/** What a target makes of a description. */
export interface TargetOutput extends ReportedOutput {
  readonly isOnlyTarget: boolean
  readonly isRefused: boolean
}

export const outputsOf = (compiled: readonly Compiled[]): readonly TargetOutput[] =>
  compiled.flatMap(({ file, compilation, targets }) =>
    [...(compilation?.outputs ?? [])].map(([target, output]) => ({
      file,
      target,
      output,
      isOnlyTarget: targets.length === 1,
      isRefused: hasErrors(output.diagnostics),
    })),
  )

export const rootOf = (out: string, { file, target, isOnlyTarget }: TargetOutput): string =>
  rootFor(out, file, target, isOnlyTarget)

/** The files of an output, and those beside them; nothing beside them where the root is the host's own. */
export const filesIn = (root: string, { files, control }: Output): readonly RenderedFile[] =>
  resolve(root) === '/' ? files : [...files, ...control]

/** What was reported of the target, one line each. */
export const complaintsOf = ({ output }: TargetOutput): readonly string[] =>
  output.diagnostics.map(({ message, span }) =>
    span === undefined ? message : `line ${span.start.line}: ${message}`,
  )

/** One line for each target that refuses; the reason is reported before, with its place. */
export const refusalLines = ({ outputs, out }: OutputRoots): readonly string[] =>
  outputs
    .filter((each) => each.isRefused)
    .map(
      (each) =>
        `refused  ${rootOf(out, each)}: ${each.target} cannot express the description; what is there stays\n`,
    )

/** The end of a summary: refusals, errors and warnings, each after a semicolon. */
export function summaryTail({ compiled, outputs }: OutputRoots): string {
  const refused = outputs.filter((each) => each.isRefused).length
  const parts = [
    refused === 0 ? '' : `${countOf(refused, 'target')} refused`,
    summaryOf(compiled.flatMap(({ diagnostics }) => diagnostics)),
  ]
  return parts
    .filter((part) => part !== '')
    .map((part) => `; ${part}`)
    .join('')
}

/** Trees of targets that a description no longer chooses: nothing writes them any more, and nothing removes them. */
export function printAbandoned({ compiled, out, detail, isChosen }: OutputRoots, io: Host): void {
  if (!isChosen || detail === 'none' || detail === 'errors') return
  for (const { file, targets, stopped } of compiled) {
    if (stopped) continue
    const ids = targets.map(({ id }) => id)
    for (const root of otherRoots(out, file, ids).filter(io.hasTree))
      io.stderr(
        `note: ${root}: an earlier run wrote this tree, and ${file} no longer chooses it. fix: remove its files\n`,
      )
  }
}

export function reportProblems(root: string, problems: readonly TreeRemark[], io: Host): void {
  for (const { path, text } of problems)
    io.stderr(`multihome: ${path.startsWith(root) ? path : join(root, path)}: ${text}\n`)
}
