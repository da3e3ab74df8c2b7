// Report of an import: problems as diagnostics, and differences by kind.
import type { Diagnostic, Path, Span } from '../../diagnostics/diagnostic.js'
import { createReporter } from '../../diagnostics/reporter.js'
import type { SourceLine } from '../../diagnostics/source-line.js'
import type { Place, Problem } from '../../found/found.js'
import { differenceKinds, type DifferenceKind, type ImportDifference } from '../../import/differences.js'
import type { Imported } from '../../import/import.js'
import { groupBy } from '../../stdlib/group-by.js'
import { isInSync } from '../../verify/finding.js'
import { diffReport, type DiffReport } from '../diff/report.js'
import type { Verified } from '../format/verify.js'
import type { HostFiles } from './hosts.js'

/** Differences that `--accept` names: those of the description, and those of the running host from its files. */
export const acceptable = {
  ...differenceKinds,
  live: 'the running host, where it is not as its files say',
} as const
export type AcceptableKind = keyof typeof acceptable

export interface ImportedHost {
  readonly host: HostFiles
  readonly imported: Imported
  /** Name of the description in texts. */
  readonly file: string
  /** As it is written: with comments for what it lacks, and `extends`. */
  readonly description: string
  /** Of `description`. */
  readonly lineOf: (path: Path) => SourceLine
  /** The running host beside its files. */
  readonly live?: Verified
}

export interface Judgement {
  readonly accepted: ReadonlySet<AcceptableKind>
  /** Lines that are not understood are comments of the description, and no error. */
  readonly isPartial: boolean
}

export interface ImportReport extends ImportedHost, Judgement {
  /** In the order of the files: what was not understood, and what has no effect. */
  readonly problems: readonly Diagnostic[]
  readonly groups: readonly DifferenceGroup[]
  /** Absent without a proof, or if no packet and no state differs. */
  readonly diff?: DiffReport
  /** Kinds of differences that are not accepted. */
  readonly open: readonly AcceptableKind[]
  /** Whether the exit status is 0. */
  readonly isGood: boolean
}

export interface DifferenceGroup {
  readonly kind: DifferenceKind
  readonly isAccepted: boolean
  readonly differences: readonly ImportDifference[]
}

export function importReport(one: ImportedHost, judgement: Judgement): ImportReport {
  const { imported, host, live } = one
  const { accepted, isPartial } = judgement
  const { comparison, plan } = imported
  const byKind = groupBy(comparison?.differences ?? [], ({ kind }) => kind)
  const groups = [...byKind].map(([kind, differences]) => ({
    kind,
    differences,
    isAccepted: accepted.has(kind),
  }))
  const open = [
    ...groups.flatMap(({ kind, isAccepted }) => (isAccepted ? [] : [kind])),
    ...(live === undefined || isInSync(live.findings) || accepted.has('live') ? [] : (['live'] as const)),
  ]
  const isWhole =
    isPartial ||
    (host.unread.length === 0 && imported.problems.every(({ kind }) => kind === 'without-effect'))
  return {
    ...one,
    ...judgement,
    problems: problemDiagnostics(one, isPartial),
    groups,
    ...(comparison === undefined || plan === undefined || groups.length === 0
      ? {}
      : { diff: diffOf(one, comparison, plan) }),
    open,
    isGood: isWhole && comparison !== undefined && open.length === 0 && !isEmpty(imported.source),
  }
}

function diffOf(
  { imported: { source }, host, file, description, lineOf }: ImportedHost,
  { before, difference }: NonNullable<Imported['comparison']>,
  plan: NonNullable<Imported['plan']>,
): DiffReport {
  return diffReport(
    {
      file: FILES,
      source: { texts: new Map() },
      plan: before,
      lineOf: (path) => sourceLine(source.placeOf(path), host),
    },
    { file, source: { texts: new Map([[file, description]]) }, plan, lineOf },
    difference,
  )
}

/** Nothing that a description has. */
export const isEmpty = ({ plan: { state, dynamic } }: Imported['source']): boolean =>
  [state.links, state.routes, state.rules, state.sysctls, dynamic.tables].every((list) => list.length === 0)

/** Name of what the description is compared with. */
export const FILES = 'the files'

export const sourceLine = (place: Place | undefined, host: HostFiles): SourceLine =>
  place === undefined ? { line: 0 } : { line: place.line, file: host.nameOf(place.file) }

/** With `isPartial`, a line that is not understood is a warning. */
function problemDiagnostics({ imported, host }: ImportedHost, isPartial: boolean): readonly Diagnostic[] {
  const spanOf = spans(host)
  return imported.problems.map((problem) => {
    const { place } = problem
    const reporter = createReporter()
    // Of the running host there is no file to show.
    const why =
      host.files.has(place.file) || place.text === '' ? problem.why : `${problem.why}: ${place.text}`
    reporter.report(codes[problem.kind], { why })
    const [diagnostic] = reporter.diagnostics
    if (diagnostic === undefined) throw new Error('a report without a diagnostic')
    const span = spanOf(place)
    return {
      ...diagnostic,
      // The count says it once.
      fix: undefined,
      ...(span === undefined ? {} : { span }),
      ...(isPartial && problem.kind === 'unknown' ? { severity: 'warning' as const } : {}),
    }
  })
}

const codes = {
  unknown: 'import-unknown',
  'without-effect': 'import-without-effect',
} as const satisfies Record<Problem['kind'], string>

/** The line of a place, without indentation. */
function spans({ files, nameOf }: HostFiles): (place: Place) => Span | undefined {
  const starts = new Map<string, readonly number[]>()
  return ({ file, line }) => {
    const text = files.get(file)
    if (text === undefined) return undefined
    const known = starts.get(file) ?? lineStarts(text)
    starts.set(file, known)
    const number = Math.max(1, line)
    const from = known[number - 1] ?? 0
    const end = (known[number] ?? text.length + 1) - 1
    const content = text.slice(from, end)
    const first = from + content.length - content.trimStart().length
    const last = Math.max(first, from + content.trimEnd().length)
    const position = (offset: number) => ({ line: number, column: offset - from + 1, offset })
    return { file: nameOf(file), start: position(first), end: position(last) }
  }
}

function lineStarts(text: string): readonly number[] {
  const starts = [0]
  for (let at = text.indexOf('\n'); at >= 0; at = text.indexOf('\n', at + 1)) starts.push(at + 1)
  return starts
}

/** Texts by the names that diagnostics have. */
export const textsOf = ({ files, nameOf }: HostFiles): ReadonlyMap<string, string> =>
  new Map([...files].map(([path, text]) => [nameOf(path), text]))

/** Absent if nothing is to be said of the running host. */
export const liveHeading = (live: Verified | undefined): string | undefined => {
  if (live === undefined || live.findings.length === 0) return undefined
  return isInSync(live.findings) ? 'Notes on the running host' : 'The running host is not as its files say'
}
