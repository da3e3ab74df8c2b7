// JSON report of `check` and `render`; its shape changes only with its `version`.
import { formatPath, type Diagnostic, type Span } from '../../diagnostics/diagnostic.js'
import type { Difference } from '../../node/tree/compare.js'
import type { WriteReport } from '../../node/tree/write.js'
import { outputDocument } from '../../formats/output-document.js'
import type { Output } from '../../targets/target.js'
import { jsonText } from '../json/document.js'
import type { Findings } from '../runtime/findings.js'
import type { renderSchema } from '../json/render.js'

export interface ReportedOutput {
  readonly file: string
  readonly target: string
  readonly output: Output
}

interface OfRoot {
  readonly target: string
  readonly root: string
}

export type ReportedTree = OfRoot & WriteReport
export type ReportedDifference = OfRoot & Pick<Difference, 'path' | 'what' | 'text'>

export interface Report {
  readonly findings: readonly Findings[]
  readonly outputs: readonly ReportedOutput[]
  /** After `--out`. */
  readonly trees?: readonly ReportedTree[]
  /** After `--check`. */
  readonly differences?: readonly ReportedDifference[]
}

export const reportJson = ({ findings, outputs, trees, differences }: Report): string =>
  jsonText<typeof renderSchema>({
    version: 1,
    files: findings.map(({ file }) => file),
    diagnostics: findings.flatMap(({ file, diagnostics }) =>
      diagnostics.map((diagnostic) => diagnosticView(file, diagnostic)),
    ),
    outputs: outputs.map(({ file, target, output }) => ({ file, target, ...outputDocument(output) })),
    trees,
    differences,
  })

/** `description`: its name. */
export const diagnosticView = (description: string, diagnostic: Diagnostic) => ({
  code: diagnostic.code,
  severity: diagnostic.severity,
  message: diagnostic.message,
  args: diagnostic.args,
  ...placeView(description, diagnostic.span),
  path: formatPath(diagnostic.path),
  start: diagnostic.span?.start,
  end: diagnostic.span?.end,
  target: diagnostic.target,
  example: diagnostic.example,
  fix: diagnostic.fix,
  related: diagnostic.related?.map(({ message, path, span }) => {
    const file = span?.file === diagnostic.span?.file ? undefined : span?.file
    return { message, path: formatPath(path), file, start: span?.start, end: span?.end }
  }),
})

const placeView = (description: string, { file = description }: Partial<Span> = {}) =>
  file === description ? { file } : { file, description }
