// `multihome verify`: compares the state of a host with its plan. The state comes from this host, or from a file.
import { printable } from '../../diagnostics/sanitize.js'
import { MAX_STATE_BYTES } from '../../node/run-shell.js'
import { isInSync } from '../../verify/finding.js'
import { gatherLine } from '../../verify/collect.js'
import { readState } from '../../verify/read/read-state.js'
import { verify } from '../../verify/verify.js'
import { jsonText } from '../json/document.js'
import { compileFile, plannedOf } from '../runtime/compile-inputs.js'
import { printFindings } from '../runtime/findings.js'
import { STDIN, unreadable } from '../runtime/inputs.js'
import type { ExitCode, Host } from '../runtime/host.js'
import { usageError } from '../runtime/usage-error.js'
import { answerFormat, fileOption, filePositional } from '../usage/options.js'
import { verifyDocument, verifyText, type Verified } from '../format/verify.js'
import type { Usage, ValuesOf } from '../usage/usage.js'

export const usage = {
  positionals: { file: filePositional },
  options: {
    state: {
      ...fileOption,
      describe:
        'State of the host, as collected there: a file, - for standard input; without it, the state of this host',
    },
    'print-gather': {
      type: 'boolean',
      describe: 'Print the shell command that collects the state on any host, without root',
    },
    format: { ...answerFormat, choices: ['text', 'json'], default: 'text' },
  },
  examples: [
    ['$0 verify host.yaml', 'what is missing, unmanaged, shadowed or different on this host'],
    [
      '$0 verify host.yaml --print-gather | ssh host sh | $0 verify host.yaml --state -',
      'the same for another host',
    ],
  ],
} as const satisfies Usage

export async function run(args: ValuesOf<typeof usage>, io: Host): Promise<ExitCode> {
  const { file, state: from, format } = args
  if (args['print-gather'] && from !== undefined)
    return usageError(io, 'verify', '--print-gather and --state exclude each other')
  if (from === STDIN && file === STDIN)
    return usageError(io, 'verify', 'standard input can be the description or the state, not both')
  const compiled = await compileFile(file, { targets: [], strict: false }, io)
  const planned = plannedOf(compiled)
  // Warnings about the description do not concern the host.
  if (planned === undefined) {
    printFindings([compiled], io)
    return 1
  }
  const { plan, lineOf } = planned
  const line = gatherLine(plan)
  if (args['print-gather']) {
    io.stdout(`${line}\n`)
    return 0
  }
  const gathered = from === undefined ? await io.run(line) : await io.read(from, MAX_STATE_BYTES)
  const source = from === undefined ? 'this host' : from === STDIN ? 'stdin' : from
  if (!gathered.ok) {
    printFindings([unreadable(source, gathered)], io)
    return 2
  }
  const read = readState(gathered.value)
  if (!read.ok) {
    for (const problem of read.problems)
      io.stderr(`${printable(`multihome verify: ${source}: ${problem}`)}\n`)
    return 2
  }
  const state = read.value
  const verified: Verified = { file: planned.file, source, state, findings: verify(plan, state) }
  if (format === 'json') io.stdout(jsonText(verifyDocument(verified, lineOf)))
  else io.stdout(verifyText(verified, plan, lineOf))
  return isInSync(verified.findings) ? 0 : 1
}
