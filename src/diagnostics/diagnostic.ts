// Diagnostics: what is wrong, where, and how to fix it.
import type { DiagnosticCode } from './catalogue/catalogue.js'
import type { Severity } from './catalogue/define.js'

export type { Severity }

/** Where in the description: `['gateways', 'fiber', 'via']` is `gateways.fiber.via`. */
export type Path = readonly (string | number)[]

/** `line` and `column` count from 1, `offset` from 0, all in UTF-16 code units. */
export interface Position {
  readonly line: number
  readonly column: number
  readonly offset: number
}

/** From `start` up to but not including `end`. */
export interface Span {
  readonly file: string
  readonly start: Position
  readonly end: Position
}

/** Whether the carets mark the key or its value. */
export type PathEnd = 'key' | 'value'

/** Identifies a part of the plan: its origin, by identity. */
export interface DiagnosticOrigin {
  readonly path: Path
}

export interface Diagnostic {
  readonly code: DiagnosticCode
  readonly severity: Severity
  readonly message: string
  /** What the message says of this description, by name: `{ via: '192.0.2.1', link: 'eth0' }`. */
  readonly args: Arguments
  readonly path: Path
  readonly on: PathEnd
  readonly span?: Span
  /** The part of the plan that a target reports. */
  readonly origin?: DiagnosticOrigin
  /** The target that cannot express it; absent where the description itself is wrong. */
  readonly target?: string
  /** What to write instead. */
  readonly fix?: string
  /** A packet that shows it, and where the packet goes. */
  readonly example?: string
  readonly related?: readonly Related[]
  /** Parts of the description, besides the entry at `path`, without which the target may not report it. */
  readonly dependsOn?: readonly Path[]
}

export type Arguments = Readonly<Record<string, string | number | readonly string[]>>

export interface Related {
  readonly message: string
  readonly path: Path
  readonly span?: Span
}

export const hasErrors = (diagnostics: readonly Diagnostic[]): boolean =>
  diagnostics.some((diagnostic) => diagnostic.severity === 'error')

/** `gateways.fiber.via`, `rules[2].from`; `whole` for the empty path. */
export function formatPath(path: Path, whole = 'the description'): string {
  let text = ''
  for (const segment of path) {
    if (typeof segment === 'number') text += `[${segment}]`
    else text += text === '' ? segment : `.${segment}`
  }
  return text === '' ? whole : text
}
