// Rendering of a plan for a target: files, steps and diagnostics, or a refusal.
import { hasErrors, type Diagnostic, type Path } from '../diagnostics/diagnostic.js'
import { createReporter, type Reporter } from '../diagnostics/reporter.js'
import type { KernelPlan } from '../plan/plan.js'
import { controlFiles } from './control.js'
import { checkHostVersions } from './host-versions.js'
import { checkSupport } from './support.js'
import type { Output, RenderContext, Target, WrittenSettings } from './target.js'

type Settle = (found: readonly Diagnostic[]) => readonly Diagnostic[]

/** Diagnostics have no positions in the text yet: `settle` adds them. */
export function renderTarget(
  plan: KernelPlan,
  target: Target,
  settings: WrittenSettings,
  context: Omit<RenderContext, 'reporter'>,
  settle: Settle = (found) => found,
): Output {
  const reporter = createReporter()
  checkSupport(plan, target, settings, reporter)
  checkHostVersions(plan, target, settings, reporter)
  if (hasErrors(reporter.diagnostics)) {
    const further = furtherErrors(plan, target, settings, context, reporter.diagnostics)
    return rejectedOutput(settle([...reporter.diagnostics, ...further]))
  }
  const rendered = target.render(plan, settings, { ...context, reporter })
  return {
    ...rendered,
    control: rendered.files.length === 0 ? [] : controlFiles(plan, target, settings, rendered, context.file),
    diagnostics: settle(reporter.diagnostics.map((diagnostic) => ({ ...diagnostic, target: target.id }))),
  }
}

/**
 * Errors of values and settings beside those of features and versions, `found`. An error of the same key, of the whole
 * entry of that key, or of what depends on it, is left out: it may only follow.
 */
function furtherErrors(
  plan: KernelPlan,
  target: Target,
  settings: WrittenSettings,
  context: Omit<RenderContext, 'reporter'>,
  found: readonly Diagnostic[],
): readonly Diagnostic[] {
  const earlier = found.flatMap(({ severity, path }) => (severity === 'error' ? [path] : []))
  // Each part of such a plan is meant for another target.
  if (earlier.some(([first]) => first === 'manage')) return []
  const reporter = createReporter()
  target.render(plan, settings, { ...context, reporter })
  const follows = ({ path, on, dependsOn = [] }: Diagnostic): boolean =>
    earlier.some(
      (other) =>
        isWithin(path, other) ||
        (on === 'value' && isWithin(other, path)) ||
        dependsOn.some((part) => isWithin(part, other) || isWithin(other, part)),
    )
  return reporter.diagnostics.filter((one) => one.severity === 'error' && !follows(one))
}

const isWithin = (path: Path, outer: Path): boolean =>
  outer.every((segment, index) => path[index] === segment)

/**
 * Diagnostics of a target about a plan that lacks the parts with errors, without those that may only follow from such an
 * error. The entries at their paths (`rules[2]`, `links.eth0`) have no error, nor has what they depend on.
 */
export function partialErrors(
  plan: KernelPlan,
  target: Target,
  settings: WrittenSettings,
  context: Omit<RenderContext, 'reporter'>,
  isBroken: Reporter['isBroken'],
): readonly Diagnostic[] {
  if (isBroken('manage') || isBroken('targets', target.id)) return []
  const isOwn = (path: Path): boolean => !isBroken(...path.slice(0, 2))
  return renderTarget(plan, target, settings, context).diagnostics.filter(({ path, dependsOn = [] }) =>
    [path, ...dependsOn].every(isOwn),
  )
}

export const rejectedOutput = (diagnostics: readonly Diagnostic[]): Output => ({
  files: [],
  first: [],
  change: [],
  control: [],
  diagnostics,
})

/** Keeps a header at two lines; the end of a long name is kept, its beginning is cut. */
const MAX_NAME = 64

/** Base name, so that headers do not depend on the folder, without characters that could end a comment. */
export function nameForHeaders(file: string): string {
  const base = file.split(/[\\/]/).at(-1) ?? file
  const plain = base.replace(/[^A-Za-z0-9._ +@-]/g, '_')
  if (['', '-', 'stdin'].includes(plain)) return 'standard input'
  return plain.length > MAX_NAME ? `...${plain.slice(3 - MAX_NAME)}` : plain
}
