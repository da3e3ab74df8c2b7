// Roots of the outputs of `render`, and targets that refuse.
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
  /** Whether the descriptions choose the targets, not the command line. */
  readonly isChosen: boolean
  readonly detail: Detail
  readonly diff: boolean
  /** How `--check` compares modes. */
  readonly modes: ModeComparison
}

export interface OutputResult {
  /** Files differ from the rendered ones. */
  readonly stale: boolean
  /** Files could not be read or written. */
  readonly broken: boolean
  readonly report: {
    readonly trees?: readonly ReportedTree[]
    readonly differences?: readonly ReportedDifference[]
  }
}

/** Output of a target for a description. */
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

/** The files of an output with its control files; without those if the root is the host's own. */
export const filesIn = (root: string, { files, control }: Output): readonly RenderedFile[] =>
  resolve(root) === '/' ? files : [...files, ...control]

/** Diagnostics of the target, one line each. */
export const complaintsOf = ({ output }: TargetOutput): readonly string[] =>
  output.diagnostics.map(({ message, span }) =>
    span === undefined ? message : `line ${span.start.line}: ${message}`,
  )

/** One line for each target that refuses; its diagnostics are printed before. */
export const refusalLines = ({ outputs, out }: OutputRoots): readonly string[] =>
  outputs
    .filter((each) => each.isRefused)
    .map(
      (each) =>
        `refused  ${rootOf(out, each)}: ${each.target} cannot express the description; existing files stay\n`,
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

/** Reports trees of targets that a description no longer chooses: nothing updates or removes them. */
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
