// Diagnostics on the terminal, and whether they make a command fail.
import type { Diagnostic } from '../../diagnostics/diagnostic.js'
import { formatDiagnostic } from '../../diagnostics/format.js'
import type { Host } from './host.js'
import { printsSummary, type Detail } from '../usage/options.js'

export interface Findings {
  readonly file: string
  readonly text: string | undefined
  /** Of a description with others that it extends, by name. */
  readonly texts?: ReadonlyMap<string, string>
  readonly diagnostics: readonly Diagnostic[]
}

/** Whether it prevents output: an error, or with `--strict` a warning. */
export const isStopping = (diagnostic: Diagnostic, strict: boolean): boolean =>
  diagnostic.severity === 'error' || (strict && diagnostic.severity === 'warning')

/** Whether the description itself has an error, so that nothing is written. */
export const isStopped = (diagnostics: readonly Diagnostic[], strict: boolean): boolean =>
  diagnostics.some((diagnostic) => diagnostic.target === undefined && isStopping(diagnostic, strict))

/** For each description; more are no help to a person, and a hostile description has 50,000. */
const MAX_PRINTED = 200

/** Prints each diagnostic with its location in the text. Of very many the errors are printed first; `all` lists the others. */
export function printDiagnostics(
  findings: readonly Findings[],
  io: Pick<Host, 'stderr' | 'color'>,
  detail: Detail,
  all = 'multihome check --format json',
): void {
  if (detail === 'none') return
  for (const { text, texts, diagnostics } of findings) {
    const errors = diagnostics.filter(({ severity }) => severity === 'error')
    const isMany = diagnostics.length > MAX_PRINTED
    const others = isMany ? diagnostics.filter(({ severity }) => severity !== 'error') : []
    const printed = detail === 'errors' ? errors : isMany ? [...errors, ...others] : diagnostics
    for (const diagnostic of printed.slice(0, MAX_PRINTED))
      io.stderr(`${formatDiagnostic(diagnostic, texts ?? text ?? '', { color: io.color }).trimEnd()}\n\n`)
    if (printed.length > MAX_PRINTED)
      io.stderr(`${printed.length - MAX_PRINTED} more are not shown: ${all} lists all\n\n`)
  }
}

/** Prints the diagnostics and their number. */
export function printFindings(findings: readonly Findings[], io: Host, detail: Detail = 'summary'): void {
  printDiagnostics(findings, io, detail)
  if (!printsSummary(detail)) return
  const summary = summaryOf(findings.flatMap(({ diagnostics }) => diagnostics))
  if (summary !== '') io.stderr(`${summary}\n`)
}

/** `2 errors, 1 warning`; empty if there are none. */
export function summaryOf(diagnostics: readonly Diagnostic[]): string {
  const count = (severity: string): number =>
    diagnostics.filter((diagnostic) => diagnostic.severity === severity).length
  return [countOf(count('error'), 'error'), countOf(count('warning'), 'warning')]
    .filter((part) => part !== '')
    .join(', ')
}

/** `3 files`; empty for none. */
export const countOf = (count: number, noun: string, ending = 's'): string =>
  count === 0 ? '' : `${count} ${noun}${count === 1 ? '' : ending}`
