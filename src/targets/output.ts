// Rendering of a plan for a target: files, steps and diagnostics, or a refusal.
import { hasErrors, type Diagnostic } from '../diagnostics/diagnostic.js'
import { createReporter } from '../diagnostics/reporter.js'
import type { KernelPlan } from '../plan/plan.js'
import { controlFiles } from './control.js'
import { checkSupport } from './support.js'
import type { Output, RenderContext, Target, WrittenSettings } from './target.js'

/** Diagnostics have no positions in the text yet. */
export function renderTarget(
  plan: KernelPlan,
  target: Target,
  settings: WrittenSettings,
  context: Omit<RenderContext, 'reporter'>,
): Output {
  const reporter = createReporter()
  checkSupport(plan, target, settings, reporter)
  if (hasErrors(reporter.diagnostics)) return rejectedOutput(reporter.diagnostics)
  const rendered = target.render(plan, settings, { ...context, reporter })
  const diagnostics = reporter.diagnostics.map((diagnostic) => ({ ...diagnostic, target: target.id }))
  const control =
    rendered.files.length === 0 ? [] : controlFiles(plan, target, settings, rendered, context.file)
  return { ...rendered, control, diagnostics }
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
