// Collector of diagnostics: `at` narrows the path, so that a check names only its own key.
import { catalogue, type ArgsOf, type DiagnosticCode } from './catalogue/catalogue.js'
import type { Diagnostic, DiagnosticOrigin, Path, PathEnd, Related } from './diagnostic.js'

export interface ReportOptions {
  readonly on?: PathEnd
  readonly target?: string
  /** Replaces the catalogue's fix where the caller knows a better one ("did you mean …"). */
  readonly fix?: string
  readonly example?: string
  readonly related?: readonly Related[]
  readonly dependsOn?: readonly Path[]
  /** A key beside this one that is missing because of this error: the one that a mistyped key stands for. */
  readonly alsoFails?: string
}

export interface Reporter {
  at(...segments: Path): Reporter
  /** For a part of the plan: at its path, or at a key of it. */
  readonly about: (origin: DiagnosticOrigin, path?: Path) => Reporter
  report<C extends DiagnosticCode>(code: C, args: ArgsOf<C>, options?: ReportOptions): void
  /** Marks the value at a path of the description as missing because of an error that is reported elsewhere. */
  fail(...path: Path): void
  /**
   * Whether the value at a path of the description is wrong or left out: an error is reported at it, inside it, or at a
   * value that contains it. A check that depends on such a value reports nothing, since its error would only follow.
   */
  isBroken(...path: Path): boolean
  /** Everything reported so far by this reporter and all that were narrowed from it. */
  readonly diagnostics: readonly Diagnostic[]
  readonly path: Path
}

/** `earlier` are the diagnostics of phases before. */
export function createReporter(earlier: readonly Diagnostic[] = []): Reporter {
  const collected: Diagnostic[] = []
  /** Paths of wrong values, and of all that contain one. */
  const wrong = new Set<string>()
  const touched = new Set<string>()
  const addBroken = (path: Path, on: PathEnd): void => {
    if (on === 'value') wrong.add(path.join('\0'))
    for (let length = 0; length <= path.length; length++) touched.add(path.slice(0, length).join('\0'))
  }
  const add = (diagnostic: Diagnostic): void => {
    collected.push(diagnostic)
    if (diagnostic.severity === 'error') addBroken(diagnostic.path, diagnostic.on)
  }
  const isBroken = (...path: Path): boolean =>
    touched.size > 0 &&
    (touched.has(path.join('\0')) || path.some((_, length) => wrong.has(path.slice(0, length).join('\0'))))
  const fail = (...path: Path): void => addBroken(path, 'value')
  const at = (path: Path, origin?: DiagnosticOrigin): Reporter => ({
    path,
    diagnostics: collected,
    isBroken,
    fail,
    at: (...segments) => at([...path, ...segments], origin),
    about: (part, partPath = part.path) => at(partPath, part),
    report: (code, args, options = {}) => {
      const entry = catalogue[code]
      const fix = options.fix ?? entry.fix
      add({
        code,
        severity: entry.severity,
        // Safe: `args` has the type that this very code's entry asks for.
        message: (entry.message as (args: unknown) => string)(args),
        args,
        path,
        on: options.on ?? 'value',
        origin,
        fix,
        example: options.example,
        target: options.target,
        related: options.related,
        dependsOn: options.dependsOn,
      })
      if (options.alsoFails !== undefined) addBroken([...path.slice(0, -1), options.alsoFails], 'value')
    },
  })
  earlier.forEach(add)
  return at([])
}
