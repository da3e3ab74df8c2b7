// Which descriptions were named, what do they say, and which of them could not be read?
import type { Diagnostic } from '../diagnostics/diagnostic.js'
import { createReporter } from '../diagnostics/reporter.js'
import type { ReadOutcome } from '../node/read.js'
import type { Io } from './io.js'

export interface Input {
  /** As named on the command line, or `stdin`. */
  readonly file: string
  /** Undefined where it could not be read; `unreadable` then says why. */
  readonly text: string | undefined
  readonly unreadable: readonly Diagnostic[]
}

/** What `-` on the command line stands for. */
export const STDIN = '/dev/stdin'

/** Each file once, in the order in which they were named. */
export async function readInputs(patterns: readonly string[], io: Io): Promise<readonly Input[]> {
  const inputs: Input[] = []
  const seen = new Set<string>()
  for (const pattern of patterns) {
    const files = pattern === STDIN ? [STDIN] : io.expand(pattern)
    if (files.length === 0) inputs.push(unreadable(pattern, { ok: false, reason: 'no file matches' }))
    for (const file of files) {
      if (seen.has(file)) continue
      seen.add(file)
      const outcome = await io.read(file)
      const name = file === STDIN ? 'stdin' : file
      inputs.push(outcome.ok ? { file: name, text: outcome.text, unreadable: [] } : unreadable(name, outcome))
    }
  }
  return inputs
}

export function unreadable(file: string, outcome: Exclude<ReadOutcome, { ok: true }>): Input {
  const reporter = createReporter()
  if ('reason' in outcome) reporter.report('file-unreadable', { file, reason: outcome.reason })
  else reporter.report('file-too-large', { bytes: outcome.bytes, limit: outcome.limit })
  return { file, text: undefined, unreadable: reporter.diagnostics }
}

/** `hosts/gw1.example.yaml` → `gw1.example`: what `{host}` stands for. */
export function stemOf(file: string): string {
  const name = file.slice(file.lastIndexOf('/') + 1)
  return name.replace(/\.(ya?ml|json)$/i, '')
}
