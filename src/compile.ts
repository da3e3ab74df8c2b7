// The whole pipeline on one page: text in, files and diagnostics out.
import { decode } from './description/decode.js'
import { hasErrors, type Diagnostic, type Path } from './diagnostics/diagnostic.js'
import { locateDiagnostics, sortDiagnostics } from './diagnostics/format.js'
import { createReporter } from './diagnostics/reporter.js'
import { resolve } from './network/resolve.js'
import { lint } from './lint/lint.js'
import { lower } from './plan/lower/lower.js'
import type { KernelPlan } from './plan/plan.js'
import { chosenTargets, getTarget, targets, type TargetId } from './targets/index.js'
import { nameForHeaders, renderTarget, rejectedOutput } from './targets/output.js'
import type { Output, Target, WrittenSettings } from './targets/target.js'
import { parseYaml, type Source } from './yaml/source.js'

export interface CompileOptions {
  /** Name of the description in diagnostics and headers; default `description.yaml`. */
  readonly file?: string
  /** Default: those that the description chooses; all seven where it chooses none. */
  readonly targets?: readonly (Target | TargetId)[]
  /** Warnings stop the output as errors do. */
  readonly strict?: boolean
}

export interface Compilation {
  readonly source: Source
  /** Absent where the description has an error. */
  readonly plan?: KernelPlan
  /** Those that the description chooses, whatever was asked for; all seven where it chooses none. */
  readonly chosen: readonly Target[]
  /** Settings in the description, by the target's name. */
  readonly settings: Readonly<Record<string, WrittenSettings>>
  /** One for each target asked for; without files where that target has an error. Empty where the description has one. */
  readonly outputs: ReadonlyMap<string, Output>
  /** All of them, the outputs' included, by place in the text. */
  readonly diagnostics: readonly Diagnostic[]
  /** Line of the text (from 1) on which the key at the path stands, or its deepest parent that is there. */
  readonly lineOf: (path: Path) => number
}

export function compile(text: string, options: CompileOptions = {}): Compilation {
  const { file = 'description.yaml', strict = false } = options
  const source = parseYaml(text, file)
  const lineOf = (path: Path): number => source.locate(path, 'key').start.line
  const settle = (found: readonly Diagnostic[]): readonly Diagnostic[] =>
    tidy(strict ? found.map(asError) : found, source)

  const reporter = createReporter()
  const description = source.value === undefined ? undefined : decode(source, reporter)
  const network = description === undefined ? undefined : resolve(description, reporter)
  const plan = network === undefined ? undefined : lower(network, reporter)
  const told = plan === undefined ? reporter.diagnostics : lint(plan, reporter.diagnostics)
  const own = settle([...source.diagnostics, ...told])
  const chosen = chosenTargets(description?.targets)
  const settings = description?.targets ?? {}
  if (plan === undefined || hasErrors(own))
    return { source, chosen, settings, outputs: new Map(), diagnostics: own, lineOf }

  const outputs = new Map<string, Output>()
  for (const target of options.targets?.map(asTarget) ?? chosen) {
    const rendered = renderTarget(plan, target, settings[target.id] ?? {}, { file: nameForHeaders(file) })
    const diagnostics = settle(rendered.diagnostics)
    outputs.set(
      target.id,
      hasErrors(diagnostics) ? rejectedOutput(diagnostics) : { ...rendered, diagnostics },
    )
  }
  const ofTargets = [...outputs.values()].flatMap((output) => output.diagnostics)
  return {
    source,
    plan,
    chosen,
    settings,
    outputs,
    diagnostics: sortDiagnostics([...own, ...ofTargets]),
    lineOf,
  }
}

function asTarget(target: Target | TargetId): Target {
  const found = typeof target === 'string' ? getTarget(target) : target
  if (found !== undefined) return found
  throw new TypeError(
    `there is no target ${JSON.stringify(target)}; known: ${targets.map(({ id }) => id).join(', ')}`,
  )
}

const asError = (diagnostic: Diagnostic): Diagnostic =>
  diagnostic.severity === 'warning' ? { ...diagnostic, severity: 'error' } : diagnostic

/** Each said once, at its place, in the order of the text. */
function tidy(found: readonly Diagnostic[], source: Source): readonly Diagnostic[] {
  const once = new Map<string, Diagnostic>()
  for (const diagnostic of found) {
    const key = JSON.stringify([diagnostic.code, diagnostic.path, diagnostic.message, diagnostic.target])
    if (!once.has(key)) once.set(key, diagnostic)
  }
  return sortDiagnostics(locateDiagnostics([...once.values()], source.locate))
}
