// JSON of an import, as src/cli/json/import.ts describes it.
import type { Problem } from '../../found/found.js'
import { diffDocument } from '../diff/json.js'
import { diagnosticView } from '../format/report-json.js'
import { stateDocument } from '../format/verify.js'
import type { HostFiles } from './hosts.js'
import { sourceLine, type ImportReport } from './report.js'

/** `written`: where the description is written. */
export function importDocument(report: ImportReport, written: string | undefined) {
  const { host, imported, description, file, isGood, groups, live, diff } = report
  const { comparison, source } = imported
  return {
    version: 1 as const,
    host: host.name,
    file: written,
    description,
    good: isGood,
    same:
      comparison === undefined
        ? undefined
        : comparison.difference.reroutes.length + comparison.difference.unanalyzed.length === 0,
    problems: imported.problems.map((problem) => problemDocument(problem, host)),
    errors: [...host.unread.flatMap(({ diagnostics }) => diagnostics), ...imported.diagnostics].map((each) =>
      diagnosticView(each.args['file'] === undefined ? file : String(each.args['file']), each),
    ),
    differences: groups.flatMap(({ differences, isAccepted }) =>
      differences.map((one) => ({ ...one, accepted: isAccepted })),
    ),
    renumbered: comparison?.renumbered ?? 0,
    difference: diff === undefined ? undefined : diffDocument(diff),
    live:
      live === undefined ? undefined : stateDocument(live, (path) => sourceLine(source.placeOf(path), host)),
  }
}

const problemDocument = ({ kind, place, why }: Problem, { nameOf }: HostFiles) => ({
  kind,
  file: place.file === '' ? '' : nameOf(place.file),
  line: place.line > 0 ? place.line : undefined,
  text: place.text,
  why,
})
