// A plan's host: booted from what a target writes, compared with the plan, and led to another description.
import type { KernelPlan } from '../../../src/plan/plan.js'
import type { RenderedFile, Step } from '../../../src/targets/target.js'
import { foreignAtBoot, foreignFiles } from './foreign.js'
import { openLab } from '../lab/lab.js'
import type { Lab } from '../lab/lab.js'
import { neighboursOf } from './neighbours.js'
import { referenceState } from './reference.js'
import { difference } from '../lab/state.js'
import type { State } from '../lab/state.js'
import type { Place, Rendering } from './rendering.js'

/** Where a second rendering is to follow, its wires are there from the start too. */
export function bootHost({ plan, output }: Rendering, place: Place, next?: KernelPlan): Promise<Lab> {
  return openLab({
    ...place,
    tree: [...foreignFiles(plan, place.stack), ...output.files],
    peers: neighboursOf(next === undefined ? plan : both(plan, next)),
    prepare: foreignAtBoot(plan, place.stack),
    foreign: [...plan.links, ...(next?.links ?? [])]
      .map((link) => link.name)
      .filter((name) => !plan.links.some((link) => link.name === name && link.manage === 'full')),
  })
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

/** `- ` planned and missing, `+ ` there and not planned; empty when the kernel has what the plan says. */
export async function compareWithPlan(lab: Lab, plan: KernelPlan): Promise<string[]> {
  const planned = await referenceState(plan)
  const differences = (state: State): string[] =>
    difference(planned, state).filter((line) => !isIdleLink(plan, line))
  const state = await lab.settled((now) => differences(now).length === 0)
  return [...differences(state), ...(await wrongSysctls(lab, plan))]
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

/** By the steps that the output names, in their order; what they said where one failed. */
export async function changeHost(
  lab: Lab,
  before: readonly RenderedFile[],
  { output }: Rendering,
): Promise<string[]> {
  const failures: string[] = []
  const perform = async (steps: readonly Step[]): Promise<void> => {
    for (const { command } of steps) {
      const { code, stdout, stderr } = await lab.exec(command)
      if (code !== 0) failures.push(`! ${command}: exit ${code}: ${stdout}${stderr}`)
    }
  }
  await perform(output.change.filter((step) => step.when === 'before-files'))
  const kept = new Set<string>(output.files.map((file) => file.path))
  const gone = before.filter((file) => !kept.has(file.path))
  for (const { path } of gone) await lab.exec(`rm -f '${path}'`)
  await lab.install(output.files)
  await perform(output.change.filter((step) => step.when !== 'before-files'))
  return failures
}
