// Steps of an output: before and after its files are copied, and the programs that they call.
import type { Step, Steps } from './target.js'

export const stepsBeforeFiles = (steps: readonly Step[]): readonly Step[] =>
  steps.filter((step) => step.when === 'before-files')

export const stepsAfterFiles = (steps: readonly Step[]): readonly Step[] =>
  steps.filter((step) => step.when !== 'before-files')

/** Stacks that call ip(8) for every description: ifupdown's methods and netifrc's module iproute2. */
export const CALLERS_OF_IP: ReadonlySet<string> = new Set(['ifupdown', 'netifrc', 'iproute2'])

/** Programs that an output needs on the host, sorted. `hasHooks`: its scripts call `ip`. */
export function programsOf(target: string, steps: Steps | undefined, hasHooks: boolean): readonly string[] {
  const called = [...(steps?.first ?? []), ...(steps?.change ?? [])].flatMap(({ programs = [] }) => programs)
  const ip = hasHooks || CALLERS_OF_IP.has(target) ? ['ip'] : []
  return [...new Set([...called, ...ip])].sort()
}
