// The whole pipeline on one page: text in, files and diagnostics out.
import { hasErrors, type Diagnostic } from './diagnostics/diagnostic.js'
import type { KernelPlan } from './plan/plan.js'
import type { Output, Target } from './targets/target.js'

export interface CompileOptions {
  /** Name of the description in diagnostics and headers; default `description.yaml`. */
  readonly file?: string
  /** Default: all seven. */
  readonly targets?: readonly Target[]
  /** Warnings stop the output as errors do. */
  readonly strict?: boolean
}

export interface Compilation {
  /** Absent where the description has an error. */
  readonly plan?: KernelPlan
  /** One for each target asked for; without files where that target has an error. Empty where the description has one. */
  readonly outputs: ReadonlyMap<string, Output>
  /** All of them, the outputs' included, by place in the text. */
  readonly diagnostics: readonly Diagnostic[]
}

export declare function compile(text: string, options?: CompileOptions): Compilation

export const isClean = (compilation: Compilation): boolean => !hasErrors(compilation.diagnostics)
