// Which root does each output belong to, and what is told of those targets that have none?
import { join, resolve } from 'node:path'
import type { RenderedFile } from '../targets/target.js'
import type { ModeComparison } from '../node/compare.js'
import type { TreeRemark } from '../node/tree.js'
import type { Compiled } from './compiled.js'
import { rootFor } from './destinations.js'
import type { Io } from './io.js'
import type { ReportedDifference, ReportedOutput, ReportedTree } from './report-json.js'

export interface Placement {
  readonly compiled: readonly Compiled[]
  readonly outputs: readonly ReportedOutput[]
  readonly out: string
  /** Whether a person reads along. */
  readonly text: boolean
  readonly diff: boolean
  /** With which modes `--check` compares. */
  readonly modes: ModeComparison
}

export interface Placed {
  /** What stands there is not what the description says. */
  readonly stale: boolean
  /** The disk refused. */
  readonly broken: boolean
  readonly report: {
    readonly trees?: readonly ReportedTree[]
    readonly differences?: readonly ReportedDifference[]
  }
}

export interface Rooted extends ReportedOutput {
  readonly root: string
  /** Those of the output, and those beside them; nothing beside them where the root is the host's own. */
  readonly files: readonly RenderedFile[]
}

export const rootsOf = ({ compiled, outputs, out }: Placement): readonly Rooted[] => {
  const single = new Set(compiled.filter(({ targets }) => targets.length === 1).map(({ file }) => file))
  return outputs.map((each) => {
    const root = rootFor(out, each.file, each.target, single.has(each.file))
    const { files, control } = each.output
    return { ...each, root, files: resolve(root) === '/' ? files : [...files, ...control] }
  })
}

/** What this target was said not to be able to, one line each. */
export function complaintsOf(placement: Placement, file: string, target: string): readonly string[] {
  const found = placement.compiled.find((each) => each.file === file)
  return (found?.diagnostics ?? [])
    .filter((diagnostic) => diagnostic.target === target)
    .map(({ message, span }) => (span === undefined ? message : `line ${span.start.line}: ${message}`))
}

/** A paragraph for each target that refuses. */
export function refusalParagraphs(placement: Placement): readonly string[] {
  return placement.compiled.flatMap(({ file, targets }) =>
    targets
      .filter(({ id }) => !placement.outputs.some((each) => each.file === file && each.target === id))
      .map((target) => {
        const root = rootFor(placement.out, file, target.id, targets.length === 1)
        const lines = complaintsOf(placement, file, target.id).map((line) => `  ${line}\n`)
        return `${target.id}: nothing written; what may stand in ${root} is as it was\n${lines.join('')}`
      }),
  )
}

export function tellProblems(root: string, problems: readonly TreeRemark[], io: Io): void {
  for (const { path, text } of problems)
    io.stderr(`multihome: ${path.startsWith(root) ? path : join(root, path)}: ${text}\n`)
}
