// `verify` of one host: compares a state with the plan.
import { printable } from '../../diagnostics/sanitize.js'
import { MAX_STATE_BYTES } from '../../node/run-shell.js'
import { gatherLine } from '../../verify/collect.js'
import { isInSync } from '../../verify/finding.js'
import { readState } from '../../verify/read/read-state.js'
import { verify } from '../../verify/verify.js'
import { verifyDocument, verifyText, type Verified } from '../format/verify.js'
import { jsonText } from '../json/document.js'
import { compileFile, plannedOf } from '../runtime/compile-inputs.js'
import { printFindings } from '../runtime/findings.js'
import type { ExitCode, Host } from '../runtime/host.js'
import { STDIN, stemOf, unreadable } from '../runtime/inputs.js'
import type { JobResult } from './job.js'

export interface VerifyOptions {
  /** A file, with `{host}` for the name of the host; undefined: the state of this host. */
  readonly state: string | undefined
  readonly action: 'verify' | 'print-gather'
  readonly format: 'text' | 'json'
  /** Of several hosts, text has only those that differ, and JSON is one line for each. */
  readonly isMany: boolean
}

export interface VerifiedHost extends JobResult {
  /** 0: in sync. 1: not, or the description has an error. 2: there is no answer. */
  readonly code: ExitCode
}

const HOST = '{host}'

export async function verifyHost(file: string, options: VerifyOptions, io: Host): Promise<VerifiedHost> {
  return { archive: undefined, code: await codeOf(file, options, io) }
}

async function codeOf(
  file: string,
  { state: pattern, action, format, isMany }: VerifyOptions,
  io: Host,
): Promise<ExitCode> {
  const compiled = await compileFile(file, { targets: [], strict: false }, io)
  const planned = plannedOf(compiled)
  // Warnings about the description do not concern the host.
  if (planned === undefined) {
    printFindings([compiled], io)
    return 1
  }
  const { plan, lineOf } = planned
  const line = gatherLine(plan)
  if (action === 'print-gather') {
    io.stdout(`${line}\n`)
    return 0
  }
  const from = pattern?.replaceAll(HOST, () => stemOf(file))
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
  const isFine = isInSync(verified.findings)
  if (format === 'json') {
    const document = verifyDocument(verified, lineOf)
    io.stdout(isMany ? `${JSON.stringify(document)}\n` : jsonText(document))
  } else if (!isMany) io.stdout(verifyText(verified, plan, lineOf))
  else if (!isFine) io.stdout(`== ${file}\n${verifyText(verified, plan, lineOf)}\n`)
  return isFine ? 0 : 1
}
