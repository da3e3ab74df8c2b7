// `render --check` and `--diff`: compares the files in `--out` with the rendered ones.
import { join } from 'node:path'
import type { Difference } from '../../node/tree/compare.js'
import type { Host } from '../runtime/host.js'
import { patchPalette } from '../format/paint.js'
import { filesIn, reportProblems, type TargetOutput } from './output-roots.js'
import type { ReportedDifference } from '../format/report-json.js'
import { printsSummary } from '../usage/options.js'
import type { RenderOptions } from './render-options.js'

/** Adds to `differences`; false if files could not be compared. */
export async function compareOutput(
  { target, output }: TargetOutput,
  root: string,
  { detail, diff, modes }: RenderOptions,
  differences: ReportedDifference[],
  io: Host,
): Promise<boolean> {
  const outcome = io.compare(root, filesIn(root, output), modes)
  if (!outcome.ok) {
    reportProblems(root, outcome.problems, io)
    return false
  }
  const isPrinted = printsSummary(detail)
  for (const difference of outcome.value) {
    const { path, what, text } = difference
    differences.push({ target, root, path, what, text })
    if (isPrinted) io.stdout(`${join(root, path)} ${text}\n`)
    if (isPrinted && diff) io.stdout(await patchOf(root, difference), patchPalette)
  }
  if (detail === 'all' && outcome.value.length === 0) io.stdout(`${root} is up to date\n`)
  return true
}

/** From the existing text to the rendered one; empty if the difference is not in text. */
async function patchOf(root: string, { path, before, after }: Difference): Promise<string> {
  if (before === undefined && after === undefined) return ''
  const { createTwoFilesPatch, FILE_HEADERS_ONLY } = await import('diff')
  const full = join(root, path)
  return createTwoFilesPatch(
    before === undefined ? '/dev/null' : full,
    after === undefined ? '/dev/null' : full,
    before ?? '',
    after ?? '',
    undefined,
    undefined,
    { headerOptions: FILE_HEADERS_ONLY },
  )
}
