// A difference as plain data: what text, Markdown and HTML print.
import { formatSummary, formatUnanalyzed, type DiffReport, type Row } from './report.js'
import { stateSections, type StateSection } from './state.js'

/** Can be sent from one thread to another. */
export interface DiffView {
  /** Names of both descriptions. */
  readonly before: string
  readonly after: string
  /** The packets, and the kernel state. */
  readonly summary: readonly [string, string]
  readonly rows: readonly Row[]
  /** Packets that may be rerouted. */
  readonly unanalyzed: readonly string[]
  readonly sections: readonly StateSection[]
}

export const diffView = (report: DiffReport): DiffView => ({
  before: report.before.file,
  after: report.after.file,
  summary: formatSummary(report),
  rows: report.rows,
  unanalyzed: formatUnanalyzed(report),
  sections: stateSections(report),
})
