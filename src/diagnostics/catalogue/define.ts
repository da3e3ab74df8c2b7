// Entries of the catalogue, by severity; split from the catalogue so that its parts can be files of their own.

/** An `error` stops all output (or one target's, where `target` is set); a `warning` does under `--strict`. */
export type Severity = 'error' | 'warning' | 'info'

export interface CatalogueEntry<A extends object = never> {
  readonly severity: Severity
  readonly message: (args: A) => string
  /** What to write instead. */
  readonly fix?: string
  /** Why it matters, for `multihome explain`: what the kernel or a stack would do. */
  readonly about: string
}

const define =
  (severity: Severity) =>
  <A extends object>(entry: Omit<CatalogueEntry<A>, 'severity'>): CatalogueEntry<A> => ({
    severity,
    ...entry,
  })

export const error = define('error')
export const warning = define('warning')
export const info = define('info')

/** For entries whose message has no arguments. */
export type NoArgs = Readonly<Record<never, never>>
