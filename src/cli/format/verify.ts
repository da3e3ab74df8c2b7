// Findings of `verify`, as text and JSON: grouped, each with its line, a command that shows it and one that fixes it.
import type { Path } from '../../diagnostics/diagnostic.js'
import { formatPath } from '../../diagnostics/diagnostic.js'
import { printable } from '../../diagnostics/sanitize.js'
import { formatLine, type SourceLine } from '../../diagnostics/source-line.js'
import { familyName } from '../../kernel/family.js'
import { formatOrigin } from '../../plan/origin.js'
import type { KernelPlan } from '../../plan/plan.js'
import { findingThings, isInSync, type Finding, type FindingThing } from '../../verify/finding.js'
import type { LiveState } from '../../verify/state.js'
import type { DocumentOf } from '../json/document.js'
import type { verifySchema } from '../json/verify.js'
import { countOf } from '../runtime/findings.js'

export interface Verified {
  readonly file: string
  /** Origin of the state: `this host`, `stdin`, a file. */
  readonly source: string
  readonly state: LiveState
  readonly findings: readonly Finding[]
}

type LineOf = (path: Path) => SourceLine

const titles: Readonly<Record<FindingThing, string>> = {
  link: 'Links',
  address: 'Addresses',
  lease: 'Leases',
  rule: 'Rules',
  route: 'Routes',
  sysctl: 'Sysctls',
  mark: 'Marks',
}

export function verifyText({ source, state, findings }: Verified, plan: KernelPlan, lineOf: LineOf): string {
  const sections = findingThings.flatMap((thing) => {
    const ofThing = findings.filter(({ what }) => what === thing)
    return ofThing.length === 0
      ? []
      : [`${titles[thing]}\n${ofThing.map((finding) => findingText(finding, lineOf)).join('')}\n`]
  })
  return [...sections, `${printable(summary(source, state, plan, findings))}\n`].join('')
}

function findingText(finding: Finding, lineOf: LineOf): string {
  const { severity, kind, family, words, live, why, software, origin, show, fix } = finding
  const head = [
    severity === 'note' ? `note: ${kind}` : kind,
    ...(family === undefined ? [] : [familyName(family)]),
    words,
  ]
  const rows: readonly (readonly [string, string | undefined])[] = [
    [kind === 'shadowed' ? 'by' : 'there is', live],
    ['', why],
    ['of', software],
    origin === undefined ? ['', undefined] : [formatLine(lineOf(origin.path)), formatOrigin(origin)],
    ['see', show],
    ['fix', fix],
  ]
  const lines = rows.flatMap(([label, text]) =>
    text === undefined || text === '' ? [] : [`    ${label.padEnd(LABEL)}  ${printable(text)}`],
  )
  return [`  ${printable(head.join('  '))}`, ...lines].map((line) => `${line}\n`).join('')
}

const LABEL = 8

const ELSEWHERE = 'none of the planned links exists; is this another host or network namespace?'

function summary(source: string, state: LiveState, plan: KernelPlan, findings: readonly Finding[]): string {
  const of = (severity: Finding['severity']): number =>
    findings.filter((finding) => finding.severity === severity).length
  const notes = countOf(of('note'), 'note')
  if (!isInSync(findings)) {
    const counts = [countOf(of('error'), 'difference'), notes].filter((part) => part !== '').join(', ')
    const isOther = plan.state.links.every(({ name }) => !state.links.some((live) => live.name === name))
    return isOther ? `${counts}: ${ELSEWHERE}` : counts
  }
  const counts = [
    countOf(plan.state.rules.length, 'rule'),
    countOf(plan.state.routes.length, 'route'),
    countOf(plan.state.sysctls.length, 'sysctl'),
  ].filter((part) => part !== '')
  const subject = source === 'this host' ? 'This host' : source
  return `${subject} is in sync with the plan (${[...counts, state.program, notes].filter((part) => part !== '').join(', ')}).`
}

/** As src/cli/json/verify.ts describes it. */
export const verifyDocument = (verified: Verified, lineOf: LineOf): DocumentOf<typeof verifySchema> => ({
  version: 1,
  file: verified.file,
  ...stateDocument(verified, lineOf),
})

export const stateDocument = (
  { source, state, findings }: Verified,
  lineOf: LineOf,
): Omit<DocumentOf<typeof verifySchema>, 'version' | 'file'> => ({
  state: source,
  iproute2: state.program,
  inSync: isInSync(findings),
  findings: findings.map(({ origin, fix, words, ...finding }) => ({
    ...finding,
    text: words,
    fix,
    ...(origin === undefined
      ? {}
      : { for: formatOrigin(origin), path: formatPath(origin.path), ...lineOf(origin.path) }),
  })),
})
