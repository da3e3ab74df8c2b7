// Text form of a diagnostic: the message, the line with carets, and the fix.
import {
  formatPath,
  type Diagnostic,
  type Path,
  type PathEnd,
  type Related,
  type Span,
} from './diagnostic.js'
import { frameOf } from './code-frame.js'
import { printable } from './sanitize.js'

export interface FormatOptions {
  /** ANSI colours; only for a terminal. */
  readonly color?: boolean
}

const COLORS = { error: '31;1', warning: '33;1', info: '36;1', frame: '34;1', strong: '1' } as const
type Paint = (style: keyof typeof COLORS, text: string) => string

const plain: Paint = (_style, text) => text
const ansi: Paint = (style, text) => `\u001b[${COLORS[style]}m${text}\u001b[0m`

/**
 * `error[code]: message`, the location, the line with carets, the fix. `text` is that of the description, or of each of its
 * files by name.
 */
export function formatDiagnostic(
  diagnostic: Diagnostic,
  text: string | ReadonlyMap<string, string>,
  options: FormatOptions = {},
): string {
  const paint = options.color === true ? ansi : plain
  const { code, severity, message, span, path, fix, example, related = [] } = diagnostic
  const lines = [`${paint(severity, `${severity}[${code}]`)}${paint('strong', `: ${printable(message)}`)}`]
  const where = path.length === 0 ? '' : ` ${printable(formatPath(path))}`
  const numbers = [span, ...related.map((entry) => entry.span)].map((place) => place?.start.line ?? 0)
  const gutter = String(Math.max(...numbers)).length
  const bar = ' '.repeat(gutter + 1) + paint('frame', '|')
  const addFrame = (place: Span, note: string, style: 'frame' | Diagnostic['severity']): void => {
    const frame = frameOf(typeof text === 'string' ? text : (text.get(place.file) ?? ''), place)
    if (frame === undefined) return
    const number = paint('frame', `${String(place.start.line).padStart(gutter)} |`)
    lines.push(bar, `${number} ${frame.line}`.trimEnd())
    lines.push(`${bar} ${frame.indent}${paint(style, frame.carets + note)}`)
  }
  if (span === undefined) {
    if (where !== '') lines.push(`${paint('frame', '  -->')}${where}`)
  } else {
    lines.push(`${' '.repeat(gutter)}${paint('frame', '-->')} ${formatLocation(span)}`)
    addFrame(span, where, severity)
  }
  for (const entry of related) {
    const place = entry.span === undefined ? printable(formatPath(entry.path)) : formatLocation(entry.span)
    lines.push(`${' '.repeat(gutter)}${paint('frame', '::>')} ${place}: ${printable(entry.message)}`)
    if (entry.span !== undefined) addFrame(entry.span, '', 'frame')
  }
  const note = `${' '.repeat(gutter + 1)}${paint('frame', '=')}`
  if (example !== undefined) lines.push(`${note} for example: ${printable(example)}`)
  if (fix !== undefined) lines.push(`${note} fix: ${printable(fix)}`)
  return lines.join('\n')
}

/** One line, as editors and `grep` like it: `file:line:column: error[code]: message; for example …; fix: …`. */
export function formatDiagnosticLine(diagnostic: Diagnostic): string {
  const { code, severity, message, span, path, fix, example } = diagnostic
  const place = span === undefined ? printable(formatPath(path)) : formatLocation(span)
  const remedy = fix === undefined ? '' : `; fix: ${printable(fix)}`
  const shown = example === undefined ? '' : `; for example ${printable(example)}`
  return `${place}: ${severity}[${code}]: ${printable(message)}${shown}${remedy}`
}

const formatLocation = ({ file, start }: Span): string => `${printable(file)}:${start.line}:${start.column}`

export type Locate = (path: Path, on?: PathEnd) => Span

/** Adds the span of each diagnostic and of what it is related to; a span that is there is kept. */
export function locateDiagnostics(diagnostics: readonly Diagnostic[], locate: Locate): readonly Diagnostic[] {
  const locateRelated = (entry: Related): Related =>
    entry.span === undefined ? { ...entry, span: locate(entry.path, 'key') } : entry
  return diagnostics.map((diagnostic) => ({
    ...diagnostic,
    span: diagnostic.span ?? locate(diagnostic.path, diagnostic.on),
    ...(diagnostic.related === undefined ? {} : { related: diagnostic.related.map(locateRelated) }),
  }))
}

/**
 * By file, in the order of `files`; by position, then by severity, errors first. Those without a position are last, and so
 * are those in other files.
 */
export function sortDiagnostics(
  diagnostics: readonly Diagnostic[],
  files: readonly string[] = [],
): readonly Diagnostic[] {
  const severities = ['error', 'warning', 'info']
  const fileIndex = ({ span }: Diagnostic): number => {
    const index = files.indexOf(span?.file ?? '')
    return index < 0 ? files.length : index
  }
  const offset = (diagnostic: Diagnostic): number => diagnostic.span?.start.offset ?? Number.MAX_SAFE_INTEGER
  return [...diagnostics].sort(
    (a, b) =>
      fileIndex(a) - fileIndex(b) ||
      offset(a) - offset(b) ||
      severities.indexOf(a.severity) - severities.indexOf(b.severity),
  )
}
