// `render --check` and `--diff`: compares the files in `--out` with the rendered ones.
import { join } from 'node:path'
import type { Difference } from '../../node/compare.js'
import type { Host } from '../runtime/host.js'
import { patchPalette } from '../format/paint.js'
import { countOf } from '../runtime/findings.js'
import { filesIn, refusalLines, rootOf, summaryTail, reportProblems } from './output-roots.js'
import type { OutputResult, OutputRoots } from './output-roots.js'
import type { ReportedDifference } from '../format/report-json.js'

export async function checkAll(roots: OutputRoots, io: Host): Promise<OutputResult> {
  const { outputs, out, detail, diff, modes } = roots
  const differences: ReportedDifference[] = []
  const isPrinted = detail === 'summary' || detail === 'all'
  let broken = false
  for (const each of outputs) {
    const { target } = each
    const root = rootOf(out, each)
    const outcome = io.compare(root, filesIn(root, each.output), modes)
    if (!outcome.ok) {
      broken = true
      reportProblems(root, outcome.problems, io)
      continue
    }
    for (const difference of outcome.value) {
      const { path, what, text } = difference
      differences.push({ target, root, path, what, text })
      if (isPrinted) io.stdout(`${join(root, path)} ${text}\n`)
      if (isPrinted && diff) io.stdout(await patchOf(root, difference), patchPalette)
    }
    if (detail === 'all' && outcome.value.length === 0) io.stdout(`${root} is up to date\n`)
  }
  const found =
    countOf(differences.length, 'difference') || (broken ? 'Not all files could be compared' : 'Up to date')
  if (isPrinted) io.stdout(`${refusalLines(roots)}${found}${summaryTail(roots)}.\n`)
  return { stale: differences.length > 0, broken, report: { differences } }
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
