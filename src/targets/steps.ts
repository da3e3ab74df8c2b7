// Which commands of an output run before its files are copied, and which after.
import type { Step } from './target.js'

export const stepsBeforeFiles = (steps: readonly Step[]): readonly Step[] =>
  steps.filter((step) => step.when === 'before-files')

export const stepsAfterFiles = (steps: readonly Step[]): readonly Step[] =>
  steps.filter((step) => step.when !== 'before-files')
