// Which descriptions were named, what do they say, and which of them could not be read?
import type { Diagnostic } from '../../diagnostics/diagnostic.js'
import { createReporter } from '../../diagnostics/reporter.js'
import { hasMagic } from '../../node/glob.js'
import type { ReadOutcome } from '../../node/read.js'
import type { Host } from './host.js'

export interface Input {
  /** As named on the command line; of standard input its name. */
  readonly file: string
  /** Undefined where it could not be read; `unreadable` then says why. */
  readonly text: string | undefined
  readonly unreadable: readonly Diagnostic[]
}

/** What `-` on the command line stands for. */
export const STDIN = '/dev/stdin'

/** What standard input is called unless `--stdin-name` says otherwise. */
export const STDIN_NAME = 'stdin'

/** Why `--stdin-name` makes no sense; undefined where it does. */
export function stdinNameProblem(args: {
  readonly files: readonly string[]
  readonly 'stdin-name': string | undefined
}): string | undefined {
  return args['stdin-name'] === undefined || args.files.includes(STDIN)
    ? undefined
    : '--stdin-name names standard input, which is not read: add - to the files'
}

/** One file, which is no pattern and no folder. */
export async function readInput(file: string, io: Host, stdinName: string = STDIN_NAME): Promise<Input> {
  const outcome = await io.read(file)
  const name = file === STDIN ? stdinName : file
  return outcome.ok ? { file: name, text: outcome.text, unreadable: [] } : unreadable(name, outcome)
}

/** Each file once, in the order in which they were named. */
export async function readInputs(
  patterns: readonly string[],
  io: Host,
  stdinName?: string,
): Promise<readonly Input[]> {
  const inputs: Input[] = []
  const seen = new Set<string>()
  for (const pattern of patterns) {
    const files = pattern === STDIN ? [STDIN] : io.expand(pattern)
    if (files.length === 0) inputs.push(unreadable(pattern, { ok: false, reason: noFile(pattern) }))
    for (const file of files) {
      if (seen.has(file)) continue
      seen.add(file)
      inputs.push(await readInput(file, io, stdinName))
    }
  }
  return inputs
}

const noFile = (pattern: string): string =>
  hasMagic(pattern) ? 'no file matches' : 'no .yaml or .yml file is in it'

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
