// `render --out`: every target's tree is written, and a person told what came of it and what to do next.
import { join } from 'node:path'
import { formatMode } from '../node/manifest.js'
import type { WriteReport } from '../node/write.js'
import type { RenderedFile } from '../targets/target.js'
import { countOf } from './findings.js'
import type { Io } from './io.js'
import { nextSteps } from './next-steps.js'
import { complaintsOf, refusalParagraphs, rootsOf, tellProblems } from './placement.js'
import type { Placed, Placement, Rooted } from './placement.js'
import type { ReportedTree } from './report-json.js'

export async function writeAll(placement: Placement, io: Io): Promise<Placed> {
  const trees: ReportedTree[] = []
  const paragraphs: string[] = []
  let broken = false
  for (const rooted of rootsOf(placement)) {
    const outcome = await io.write(rooted.root, rooted.output.files)
    if (!outcome.ok) {
      broken = true
      tellProblems(rooted.root, outcome.problems, io)
      io.stderr(`Nothing was written into ${rooted.root}.\n`)
      continue
    }
    const { report } = outcome
    trees.push({ target: rooted.target, root: rooted.root, ...report })
    for (const { path, text } of report.remarks) io.stderr(`note: ${join(rooted.root, path)}: ${text}\n`)
    if (placement.text) paragraphs.push(paragraphOf(placement, rooted, report))
  }
  if (placement.text) io.stdout([...paragraphs, ...refusalParagraphs(placement), totals(trees)].join('\n'))
  return { stale: false, broken, report: { trees } }
}

function paragraphOf(placement: Placement, rooted: Rooted, report: WriteReport): string {
  const { file, target, root, output } = rooted
  const written = new Set<string>(report.written)
  const lines = [
    ...output.files.map((each) => fileLine(each, written.has(each.path) ? 'written' : 'unchanged')),
    ...report.removed.map((path) => `removed    ${path}`),
    ...complaintsOf(placement, file, target).map((line) => `Mind: ${line}`),
    ...nextSteps({ root, output, removed: report.removed }),
  ]
  const title = placement.compiled.length > 1 ? `${file}, ${target}` : target
  return `${title}: ${root}\n${lines.map((line) => `  ${line}\n`).join('')}`
}

function fileLine(file: RenderedFile, state: string): string {
  const start = state.padEnd(11)
  return 'symlink' in file
    ? `${start}${file.path} -> ${file.symlink}`
    : `${start}${file.path}  ${formatMode(file.mode)} ${file.owner}`
}

function totals(trees: readonly ReportedTree[]): string {
  const sum = (of: (tree: ReportedTree) => readonly string[]): number =>
    trees.reduce((total, tree) => total + of(tree).length, 0)
  const removed = sum((tree) => tree.removed)
  const parts = [
    countOf(
      sum((tree) => tree.written),
      'file',
    ) || 'no file',
    'written,',
    `${sum((tree) => tree.unchanged)} unchanged`,
  ]
  return `${parts.join(' ')}${removed === 0 ? '' : `, ${removed} removed`}.\n`
}
