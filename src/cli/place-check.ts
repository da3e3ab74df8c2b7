// `render --check` and `--diff`: is what stands in `--out` what the description says?
import { join } from 'node:path'
import type { Difference } from '../node/compare.js'
import type { Io } from './io.js'
import { paint, patchPalette } from './paint.js'
import { refusalParagraphs, rootsOf, tellProblems, type Placed, type Placement } from './placement.js'
import type { ReportedDifference } from './report-json.js'

export async function checkAll(placement: Placement, io: Io): Promise<Placed> {
  const differences: ReportedDifference[] = []
  let broken = false
  for (const { target, root, files } of rootsOf(placement)) {
    const outcome = io.compare(root, files, placement.modes)
    if (!outcome.ok) {
      broken = true
      tellProblems(root, outcome.problems, io)
      continue
    }
    for (const difference of outcome.differences) {
      const { path, what, text } = difference
      differences.push({ target, root, path, what, text })
      if (placement.text) io.stdout(`${join(root, path)} ${text}\n`)
      if (placement.text && placement.diff)
        io.stdout(paint(await patchOf(root, difference), patchPalette, io.stdoutColor))
    }
  }
  if (placement.text) {
    const refused = refusalParagraphs(placement)
    io.stdout(refused.join(''))
    if (differences.length === 0 && refused.length === 0 && !broken) io.stdout('Up to date.\n')
  }
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
