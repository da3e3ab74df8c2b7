// Severity of a diagnostic; a file of its own, because the diagnostic and the catalogue both import it.

/** An `error` stops all output (or one target's, where `target` is set); a `warning` does under `--strict`. */
export type Severity = 'error' | 'warning' | 'info'
