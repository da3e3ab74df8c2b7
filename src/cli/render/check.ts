// `render --check` and `--diff`: is what stands in `--out` what the description says?
import { join } from 'node:path'
import type { Difference } from '../../node/compare.js'
import type { Host } from '../runtime/host.js'
import { paint, patchPalette } from '../format/paint.js'
import { countOf } from '../runtime/findings.js'
import { filesIn, refusalLines, rootOf, summaryTail, reportProblems } from './output-roots.js'
import type { Placement, OutputRoots } from './output-roots.js'
import type { ReportedDifference } from '../format/report-json.js'

export async function checkAll(placement: OutputRoots, io: Host): Promise<Placement> {
  const { outputs, out, detail, diff, modes } = placement
  const differences: ReportedDifference[] = []
  const isTold = detail === 'summary' || detail === 'all'
  let broken = false
  for (const each of outputs.filter(({ isRefused }) => !isRefused)) {
    const { target } = each
    const root = rootOf(out, each)
    const outcome = io.compare(root, filesIn(root, each.output), modes)
    if (!outcome.ok) {
      broken = true
      reportProblems(root, outcome.problems, io)
      continue
    }
    for (const difference of outcome.differences) {
      const { path, what, text } = difference
      differences.push({ target, root, path, what, text })
      if (isTold) io.stdout(`${join(root, path)} ${text}\n`)
      if (isTold && diff) io.stdout(paint(await patchOf(root, difference), patchPalette, io.stdoutColor))
    }
    if (detail === 'all' && outcome.differences.length === 0) io.stdout(`${root} is up to date\n`)
  }
  const found =
    countOf(differences.length, 'difference') || (broken ? 'Not all could be compared' : 'Up to date')
  if (isTold) io.stdout(`${refusalLines(placement).join('')}${found}${summaryTail(placement)}.\n`)
  return { stale: differences.length > 0, broken, report: { differences } }
}

/** Empty where the difference is not one of text. From what stands there to what would be written. */
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
