// Compiler pipeline: the text of a description in, files and diagnostics out.
import { distinctBy } from './stdlib/group-by.js'
import { decode } from './description/decode.js'
import { ALL, targetHint, targetNamed } from './description/target-names.js'
import { hasErrors, type Diagnostic, type Path } from './diagnostics/diagnostic.js'
import { locateDiagnostics, sortDiagnostics } from './diagnostics/format.js'
import { createReporter } from './diagnostics/reporter.js'
import { sourceLine, type SourceLine } from './diagnostics/source-line.js'
import { resolve } from './network/resolve.js'
import { lint } from './lint/lint.js'
import { lowerPartially } from './plan/lower/lower.js'
import type { KernelPlan } from './plan/plan.js'
import { chosenTargets, getTarget, targets, type TargetId } from './targets/index.js'
import { nameForHeaders, partialErrors, renderTarget, rejectedOutput } from './targets/output.js'
import { NO_SETTINGS, type Output, type Target, type WrittenSettings } from './targets/target.js'
import { parseDescription, type Load, type LoadedFile, type MergedSource } from './yaml/extends.js'

/** A target, its name, or another name that the command line accepts: `networkd`, `ubuntu`, `all`. */
export type TargetChoice = Target | TargetId | (string & {})

export interface CompileOptions {
  /** Name of the description in diagnostics and headers. Default: `description.yaml`. */
  readonly file?: string
  /**
   * Targets to render, as with `--target`: `['networkd']`, `'netplan,networkd'`, `'all'`.
   * Default: the targets that the description chooses, or all seven if it chooses none.
   */
  readonly targets?: string | readonly TargetChoice[]
  /** Treats warnings as errors. */
  readonly strict?: boolean
  /** Whether to look for what is allowed and rarely meant: warnings and notes of the plan. Default: true. */
  readonly lint?: boolean
  /**
   * Reads the files that `extends` names; without it, `extends` is an error. Files of one `load` are parsed once, so give
   * the same function to all hosts that share files.
   */
  readonly load?: Load
  /**
   * A file whose `targets` every description begins with, as if it extended it first: multihome.yaml. Give the same object
   * for all hosts, so that it is parsed once.
   */
  readonly defaults?: LoadedFile
}

export interface Compilation {
  readonly source: MergedSource
  /** Desired kernel state. Absent if the description has an error. */
  readonly plan?: KernelPlan
  /** Targets that the description chooses, or all seven if it chooses none. `CompileOptions.targets` does not count. */
  readonly chosen: readonly Target[]
  /** Settings in the description, by name of the target. */
  readonly settings: Readonly<Record<string, WrittenSettings>>
  /**
   * Files and steps by name of the target: `outputs.get('networkd')?.files`. A target with an error has no files. The
   * map is empty if the description itself has an error.
   */
  readonly outputs: ReadonlyMap<string, Output>
  /**
   * Diagnostics of the description and of all outputs, in the order of the text. Where the description has an error,
   * also the errors of targets that do not depend on it.
   */
  readonly diagnostics: readonly Diagnostic[]
  /** Line of the key at a path, or of its nearest parent that the text has; with its file if the description extends it. */
  readonly lineOf: (path: Path) => SourceLine
}

/**
 * Compiles a description. It reads no files, no clock and no environment: the same text gives the same bytes.
 *
 * @param text The description as YAML. Mistakes in it are `diagnostics` of the result, never exceptions.
 * @throws TypeError if `options.targets` names a target that does not exist.
 */
export function compile(text: string, options: CompileOptions = {}): Compilation {
  const { file = 'description.yaml', strict = false, lint: isLinted = true, load, defaults } = options
  const asked = options.targets === undefined ? undefined : targetsOf(options.targets)
  const source = parseDescription(text, file, load, defaults)
  const lineOf = (path: Path): SourceLine => sourceLine(source.locate(path, 'key'), file)
  const settle = (found: readonly Diagnostic[]): readonly Diagnostic[] =>
    tidy(strict ? found.map(asError) : found, source)

  const reporter = createReporter(source.diagnostics)
  const description = source.value === undefined ? undefined : decode(source, reporter)
  const network = description === undefined ? undefined : resolve(description, reporter)
  const plan = network === undefined ? undefined : lowerPartially(network, reporter)
  const isPartial = plan === undefined || hasErrors(reporter.diagnostics)
  const own = settle(isPartial || !isLinted ? reporter.diagnostics : lint(plan, reporter.diagnostics))
  const chosen = chosenTargets(description?.targets)
  const settings = description?.targets ?? {}
  const isUndecided = description?.targets === undefined && reporter.isBroken('targets')
  const rendering = asked ?? (isUndecided ? [] : chosen)
  const context = { file: nameForHeaders(file) }
  const settingsOf = ({ id }: Target): WrittenSettings => settings[id] ?? NO_SETTINGS
  if (isPartial || hasErrors(own)) {
    const errors = rendering.flatMap((target) =>
      plan === undefined
        ? []
        : settle(partialErrors(plan, target, settingsOf(target), context, reporter.isBroken)),
    )
    const diagnostics = sortDiagnostics(
      [...own, ...errors.filter(({ severity }) => severity === 'error')],
      [...source.texts.keys()],
    )
    return { source, chosen, settings, outputs: new Map(), diagnostics, lineOf }
  }

  const outputs = new Map<string, Output>()
  for (const target of rendering) {
    const output = renderTarget(plan, target, settingsOf(target), context, settle)
    const { diagnostics } = output
    outputs.set(target.id, hasErrors(diagnostics) ? rejectedOutput(diagnostics) : output)
  }
  const ofTargets = [...outputs.values()].flatMap((output) => output.diagnostics)
  return {
    source,
    plan,
    chosen,
    settings,
    outputs,
    diagnostics: sortDiagnostics([...own, ...ofTargets], [...source.texts.keys()]),
    lineOf,
  }
}

/** Accepts what `--target` accepts: names, aliases, `all`, and several names with commas. */
function targetsOf(choices: string | readonly TargetChoice[]): readonly Target[] {
  const list = typeof choices === 'string' ? [choices] : choices
  return list.flatMap((choice) =>
    typeof choice === 'string' ? choice.split(',').flatMap((name) => targetsBy(name.trim())) : choice,
  )
}

function targetsBy(name: string): readonly Target[] {
  if (name === ALL) return targets
  const id = targetNamed(name)
  const target = id === undefined ? undefined : getTarget(id)
  if (target !== undefined) return [target]
  throw new TypeError(`there is no target ${JSON.stringify(name)}. ${targetHint(name)}`)
}

const asError = (diagnostic: Diagnostic): Diagnostic =>
  diagnostic.severity === 'warning' ? { ...diagnostic, severity: 'error' } : diagnostic

/** Adds positions, drops duplicates, and sorts by position. */
function tidy(found: readonly Diagnostic[], source: MergedSource): readonly Diagnostic[] {
  const once = distinctBy(found, ({ code, path, message, target }) =>
    JSON.stringify([code, path, message, target]),
  )
  return sortDiagnostics(locateDiagnostics(once, source.locate), [...source.texts.keys()])
}
