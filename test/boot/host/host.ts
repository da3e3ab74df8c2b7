// A plan's host: booted from what a target writes, compared with the plan, and led to another description.
import type { KernelPlan } from '../../../src/plan/plan.js'
import { stepsAfterFiles, stepsBeforeFiles } from '../../../src/targets/steps.js'
import type { RenderedFile, Step } from '../../../src/targets/target.js'
import { foreignAtBoot, foreignFiles } from './foreign.js'
import { openLab } from '../lab/lab.js'
import type { Lab, LabSpec } from '../lab/lab.js'
import { expectedState } from './nature.js'
import { neighboursOf } from './neighbours.js'
import { referenceState } from './reference.js'
import { difference } from '../lab/state.js'
import type { State } from '../lab/state.js'
import type { Place, Rendering } from './rendering.js'

/** Where other plans are to follow, their wires are there from the start too. */
export function bootHost(rendering: Rendering, place: Place, ...later: readonly KernelPlan[]): Promise<Lab> {
  return openLab(hostOf(rendering, place, ...later))
}

/** Without carrier on some of its links until something else is said. */
export function bootDark(rendering: Rendering, place: Place, dark: readonly string[]): Promise<Lab> {
  return openLab({ ...hostOf(rendering, place), dark })
}

export function hostOf({ plan, output }: Rendering, place: Place, ...later: readonly KernelPlan[]): LabSpec {
  return {
    ...place,
    tree: [...foreignFiles(plan, place.stack), ...output.files],
    peers: neighboursOf(later.reduce(both, plan)),
    prepare: foreignAtBoot(plan, place.stack),
    foreign: [plan, ...later]
      .flatMap(({ links }) => links.map((link) => link.name))
      .filter((name) => !plan.links.some((link) => link.name === name && link.manage === 'full')),
  }
}

/** The links and next hops of two plans, for the sake of their neighbours alone. */
function both(first: KernelPlan, second: KernelPlan): KernelPlan {
  const shared = first.links.map((link) => {
    const later = second.links.find((other) => other.name === link.name)
    return { ...link, addresses: [...link.addresses, ...(later?.addresses ?? [])] }
  })
  const added = second.links.filter((link) => !first.links.some((other) => other.name === link.name))
  return { ...second, links: [...shared, ...added], routes: [...first.routes, ...second.routes] }
}

/**
 * `- ` planned and missing, `+ ` there and not planned; empty when the kernel has what the plan says, and beside it
 * exactly what another hand has laid there.
 */
export async function compareWithPlan(
  lab: Lab,
  plan: KernelPlan,
  others: readonly string[] = [],
): Promise<string[]> {
  const planned = expectedState(lab.stack, plan, await referenceState(plan))
  const differences = (state: State): string[] =>
    withoutOthers(difference(planned, state), others).filter((line) => !isIdleLink(plan, line))
  const state = await lab.settled((now) => differences(now).length === 0)
  return [...differences(state), ...(await wrongSysctls(lab, plan))]
}

function withoutOthers(found: readonly string[], others: readonly string[]): string[] {
  const here = others.map((line) => `+ ${line}`)
  return [
    ...found.filter((line) => !here.includes(line)),
    ...others.filter((_, n) => !found.includes(here[n] ?? '')).map((line) => `- another hand's ${line}`),
  ]
}

/** A link without a word in the plan may be up, as long as it has no address. */
function isIdleLink(plan: KernelPlan, line: string): boolean {
  const names: readonly string[] = plan.links.map((link) => link.name)
  const idle = /^\+ link (\S+) mtu /.exec(line)?.[1]
  return idle !== undefined && !names.includes(idle)
}

async function wrongSysctls(lab: Lab, { sysctls }: KernelPlan): Promise<readonly string[]> {
  if (sysctls.length === 0) return []
  const keys = sysctls.map(({ key }) => `'${key}'`).join(' ')
  const { stdout } = await lab.exec(`for key in ${keys}; do sysctl -n "$key" 2>&1; done`)
  const values = stdout.split('\n').map((value) => value.trim())
  return sysctls.flatMap(({ key, value }, n) =>
    values[n] === value ? [] : [`- sysctl ${key}=${value}: ${String(values[n])}`],
  )
}

/** From the files before to these, by the steps that the output names; what they said where one failed. */
export async function changeHost(
  lab: Lab,
  before: readonly { readonly path: string }[],
  { output }: Rendering,
): Promise<string[]> {
  return installHost(lab, before, output.files, output.change)
}

/** Steps, files, steps, in the order that is told to a person. */
export async function installHost(
  lab: Lab,
  before: readonly { readonly path: string }[],
  files: readonly RenderedFile[],
  steps: readonly Step[],
): Promise<string[]> {
  const kept = new Set<string>(files.map((file) => file.path))
  const failures = await performSteps(lab, stepsBeforeFiles(steps))
  const gone = before.filter((file) => !kept.has(file.path))
  for (const { path } of gone) await lab.exec(`rm -f '${path}'`)
  await lab.install(files)
  return [...failures, ...(await performSteps(lab, stepsAfterFiles(steps)))]
}

async function performSteps(lab: Lab, steps: readonly Step[]): Promise<string[]> {
  const failures: string[] = []
  for (const { command } of steps) {
    const { code, stdout, stderr } = await lab.exec(command)
    if (code !== 0) failures.push(`! ${command}: exit ${code}: ${stdout}${stderr}`)
  }
  return failures
}
