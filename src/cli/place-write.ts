// `render --out`: every target's tree is written, and a person told what came of it and what to do next.
import { join } from 'node:path'
import { formatMode } from '../node/owner.js'
import type { WriteOutcome, WriteReport } from '../node/write.js'
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
  for (const [rooted, outcome] of await writeRoots(rootsOf(placement), io)) {
    if (!outcome.ok) {
      broken = true
      tellProblems(rooted.root, outcome.problems, io)
      io.stderr(
        outcome.isPartial === true
          ? `Some files in ${rooted.root} are new, others are not. fix: remove the cause and render again.\n`
          : `Nothing was written into ${rooted.root}.\n`,
      )
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

/** Each root waits for the disk; several at once wait together. Few enough for the limit of open files. */
const AT_ONCE = 8

async function writeRoots(
  roots: readonly Rooted[],
  io: Io,
): Promise<readonly (readonly [Rooted, WriteOutcome])[]> {
  const written: (readonly [Rooted, WriteOutcome])[] = []
  for (let index = 0; index < roots.length; index += AT_ONCE) {
    const some = roots.slice(index, index + AT_ONCE)
    const outcomes = await Promise.all(
      some.map(async (rooted) => [rooted, await io.write(rooted.root, rooted.files)] as const),
    )
    written.push(...outcomes)
  }
  return written
}

function paragraphOf(placement: Placement, rooted: Rooted, report: WriteReport): string {
  const { file, target, root, output, files } = rooted
  const states = new Map<string, string>([
    ...report.written.map((path) => [path, 'written'] as const),
    ...report.restored.map((path) => [path, 'restored'] as const),
  ])
  const lines = [
    ...files.map((each) => fileLine(each, states.get(each.path) ?? 'unchanged')),
    ...report.removed.map((path) => `removed    ${path}`),
    ...complaintsOf(placement, file, target).map((line) => `Mind: ${line}`),
    ...nextSteps(root, output),
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
  const restored = sum((tree) => tree.restored)
  const parts = [
    countOf(
      sum((tree) => tree.written),
      'file',
    ) || 'no file',
    'written,',
    `${sum((tree) => tree.unchanged)} unchanged`,
  ]
  return `${parts.join(' ')}${removed === 0 ? '' : `, ${removed} removed`}${
    restored === 0 ? '' : `; mode or owner restored of ${restored}`
  }.\n`
}
