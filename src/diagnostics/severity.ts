// How bad a diagnostic is; apart from both the diagnostic and its catalogue, since each needs it.

/** An `error` stops all output (or one target's, where `target` is set); a `warning` does under `--strict`. */
export type Severity = 'error' | 'warning' | 'info'
