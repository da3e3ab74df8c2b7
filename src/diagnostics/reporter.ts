// Collects diagnostics while a phase walks; `at` narrows the path so that a check names only its own key.
import { catalogue, type ArgsOf, type DiagnosticCode } from './catalogue/catalogue.js'
import type { Diagnostic, DiagnosticOrigin, Path, PathEnd, Related } from './diagnostic.js'

export interface ReportOptions {
  readonly on?: PathEnd
  readonly target?: string
  /** Replaces the catalogue's cure where the caller knows a better one ("did you mean …"). */
  readonly fix?: string
  readonly example?: string
  readonly related?: readonly Related[]
}

export interface Reporter {
  at(...segments: Path): Reporter
  /** For a part of the plan: at its path, or at a key of it. */
  readonly about: (origin: DiagnosticOrigin, path?: Path) => Reporter
  report<C extends DiagnosticCode>(code: C, args: ArgsOf<C>, options?: ReportOptions): void
  /** Everything reported so far by this reporter and all that were narrowed from it. */
  readonly diagnostics: readonly Diagnostic[]
  readonly path: Path
}

export function createReporter(): Reporter {
  const collected: Diagnostic[] = []
  const at = (path: Path, origin?: DiagnosticOrigin): Reporter => ({
    path,
    diagnostics: collected,
    at: (...segments) => at([...path, ...segments], origin),
    about: (part, partPath = part.path) => at(partPath, part),
    report: (code, args, options = {}) => {
      const entry = catalogue[code]
      const fix = options.fix ?? entry.fix
      collected.push({
        code,
        severity: entry.severity,
        // Safe: `args` has the type that this very code's entry asks for.
        message: (entry.message as (args: unknown) => string)(args),
        path,
        on: options.on ?? 'value',
        ...(origin === undefined ? {} : { origin }),
        ...(fix === undefined ? {} : { fix }),
        ...(options.example === undefined ? {} : { example: options.example }),
        ...(options.target === undefined ? {} : { target: options.target }),
        ...(options.related === undefined ? {} : { related: options.related }),
      })
    },
  })
  return at([])
}
