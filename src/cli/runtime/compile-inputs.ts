// Compilation of the named descriptions, before anything is written.
import { compile, type Compilation } from '../../compile.js'
import type { Target } from '../../targets/target.js'
import type { Load, LoadedFile } from '../../yaml/extends.js'
import { isStopped, printFindings, type Findings } from './findings.js'
import { readInput } from './inputs.js'
import type { Host } from './host.js'

export interface Compiled extends Findings {
  /** Undefined if the file could not be read. */
  readonly compilation: Compilation | undefined
  /** Whether the description has an error that does not concern a single target. */
  readonly stopped: boolean
  /** Those of the command line, or those that the description chooses. */
  readonly targets: readonly Target[]
}

/** A description without errors, and its plan. */
export interface Planned extends Omit<Compilation, 'plan'> {
  readonly file: string
  readonly text: string
  readonly plan: NonNullable<Compilation['plan']>
}

export interface CompileChoice {
  /** Undefined: those that the description chooses. */
  readonly targets: readonly Target[] | undefined
  readonly strict: boolean
  /** False: errors alone count. */
  readonly lint?: boolean
  readonly stdinName?: string | undefined
  /** Of multihome.yaml. */
  readonly defaults?: LoadedFile | undefined
}

/** For a command with one description: neither a pattern nor a folder. */
export const compileFile = async (
  file: string,
  choice: CompileChoice,
  io: Pick<Host, 'read' | 'load'>,
): Promise<Compiled> => compileInput(await readInput(file, io, choice.stdinName), choice, io.load)

/** Prints the diagnostics; undefined if the description has an error. */
export async function planFile(
  file: string,
  choice: Omit<CompileChoice, 'targets'>,
  io: Host,
): Promise<Planned | undefined> {
  const compiled = await compileFile(file, { targets: [], ...choice }, io)
  printFindings([compiled], io)
  return plannedOf(compiled)
}

/** undefined if the description has an error. */
export function plannedOf({ file, text, compilation, stopped }: Compiled): Planned | undefined {
  if (stopped || text === undefined || compilation?.plan === undefined) return undefined
  return { ...compilation, plan: compilation.plan, file, text }
}

export function compileInput(
  input: Findings,
  { targets, strict, lint = true, defaults }: CompileChoice,
  load: Load,
): Compiled {
  const { file, text } = input
  if (text === undefined) return { ...input, compilation: undefined, stopped: true, targets: [] }
  const compilation = compile(text, { file, strict, lint, targets, load, defaults })
  const { diagnostics, source } = compilation
  const stopped = isStopped(diagnostics, strict)
  return {
    file,
    text,
    texts: source.texts,
    diagnostics,
    compilation,
    stopped,
    targets: targets ?? compilation.chosen,
  }
}
