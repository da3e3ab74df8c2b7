// `check` of one host.
import type { LoadedFile } from '../../yaml/extends.js'
import { compileFile } from '../runtime/compile-inputs.js'
import { printDiagnostics, type Findings } from '../runtime/findings.js'
import type { Host } from '../runtime/host.js'
import { targetsWith, type Detail } from '../usage/options.js'
import type { JobResult } from './job.js'

export interface CheckOptions {
  /** Undefined: each description chooses its own. */
  readonly targets: readonly string[] | undefined
  readonly strict: boolean
  readonly stdinName: string | undefined
  /** Of multihome.yaml. */
  readonly defaults: LoadedFile | undefined
  readonly detail: Detail
}

export interface CheckedHost extends JobResult {
  readonly findings: Findings
}

export async function checkHost(file: string, options: CheckOptions, io: Host): Promise<CheckedHost> {
  const { strict, stdinName, defaults, detail } = options
  const targets = targetsWith(options.targets)
  const compiled = await compileFile(file, { targets, strict, stdinName, defaults }, io)
  printDiagnostics([compiled], io, detail)
  return {
    archive: undefined,
    findings: { file: compiled.file, text: undefined, diagnostics: compiled.diagnostics },
  }
}
