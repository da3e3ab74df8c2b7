// What a command works on: what the command line says, and multihome.yaml where it is silent.
import { ok, type Result } from '../../stdlib/result.js'
import type { LoadedFile } from '../../yaml/extends.js'
import { printFindings, type Findings } from '../runtime/findings.js'
import type { ExitCode, Host } from '../runtime/host.js'
import { STDIN } from '../runtime/inputs.js'
import { usageError } from '../runtime/usage-error.js'
import { fileOption } from '../usage/options.js'
import type { Option, UsageProblem } from '../usage/usage.js'
import { findRepository } from './repository.js'

export const configOption = {
  ...fileOption,
  describe: 'The multihome.yaml to use; default: the one of this folder, or of the nearest one above',
} as const satisfies Option

/** Options of the commands that take many hosts. */
export const repositoryOptions = {
  config: configOption,
  'no-strict': { type: 'boolean', describe: 'Do not treat warnings as errors, whatever multihome.yaml says' },
} as const satisfies Record<string, Option>

export interface Scope {
  /** Files and patterns. */
  readonly files: readonly string[]
  readonly strict: boolean
  /** Where trees go, with `{host}`, and the folder that they stay below; undefined if nothing says so. */
  readonly output: { readonly pattern: string; readonly below: string } | undefined
  /** The multihome.yaml, also if something is wrong with it. */
  readonly config: string | undefined
  /** For `CompileChoice`. */
  readonly defaults: LoadedFile | undefined
  /** What is wrong with multihome.yaml. There are no files then. */
  readonly problems: readonly Findings[]
}

interface Arguments {
  readonly files: readonly string[]
  readonly config: string | undefined
  readonly strict: boolean
  readonly 'no-strict': boolean
}

/** Wrong usage is printed. */
export async function scopeOf(
  command: string,
  args: Arguments,
  io: Host,
): Promise<Result<Scope, { readonly code: ExitCode }>> {
  const misuse = (problem: string, fix?: string) =>
    ({ ok: false, code: usageError(io, command, problem, fix) }) as const
  if (args.strict && args['no-strict']) return misuse('--strict and --no-strict exclude each other')
  const found = await findRepository(io, args.config)
  if (!found.ok)
    return ok({
      files: [],
      strict: args.strict,
      output: undefined,
      config: found.findings.file,
      defaults: undefined,
      problems: [found.findings],
    })
  const repository = found.value
  if (repository === undefined && args.files.length === 0)
    return misuse(
      'FILE is missing, and there is no multihome.yaml in this folder or above it',
      `write multihome ${command} FILE, for example: multihome ${command} host.yaml; or create a multihome.yaml: multihome init --repository`,
    )
  return ok({
    files: args.files.length > 0 ? args.files : (repository?.descriptions ?? []),
    strict: args.strict || (repository?.strict === true && !args['no-strict']),
    // Standard input has no name for {host}.
    output:
      repository === undefined || args.files.includes(STDIN)
        ? undefined
        : { pattern: repository.output, below: repository.folder },
    config: repository?.file,
    defaults: repository?.defaults,
    problems: [],
  })
}

/** For a command with one description, whose targets count: `defaults` of `CompileChoice`. Errors are printed. */
export async function defaultsOf(
  config: string | undefined,
  io: Host,
): Promise<Result<LoadedFile | undefined, object>> {
  const found = await findRepository(io, config)
  if (found.ok) return ok(found.value?.defaults)
  printFindings([found.findings], io)
  return { ok: false }
}

const MAX_NAMED = 5

/** A command that takes one description cannot choose one of the repository, but it can name them. */
export async function withHosts(
  command: string,
  problems: readonly UsageProblem[],
  io: Host,
): Promise<readonly UsageProblem[]> {
  const found = await findRepository(io, undefined)
  const repository = found.ok ? found.value : undefined
  const files = (repository?.descriptions ?? []).flatMap(io.expand)
  if (repository === undefined || files.length === 0) return problems
  const named = files.slice(0, MAX_NAMED).join(', ')
  const others = files.length > MAX_NAMED ? `, or another of ${files.length}` : ''
  return problems.map((each) =>
    each.lacksDescription === true
      ? {
          ...each,
          fix: `write multihome ${command} FILE, with a host of ${repository.file}: ${named}${others}`,
        }
      : each,
  )
}
