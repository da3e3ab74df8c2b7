// A plan's host: booted from what a target writes, compared with the plan, and led to another description.
import type { KernelPlan } from '../../../src/plan/plan.js'
import type { Output, RenderedFile, Step } from '../../../src/targets/target.js'
import { foreignAtBoot, foreignFiles } from './foreign.js'
import { openLab } from '../lab/lab.js'
import type { Lab } from '../lab/lab.js'
import { neighboursOf } from './neighbours.js'
import { referenceState } from './reference.js'
import type { Debian } from '../lab/rootfs.js'
import type { StackId } from '../lab/stacks.js'
import { difference } from '../lab/state.js'

export type Rendering = { readonly plan: KernelPlan; readonly output: Output }

export type Place = { readonly stack: StackId; readonly debian: Debian }

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
  // A link without a word in the plan may be up, as long as it has no address.
  const names: readonly string[] = plan.links.map((link) => link.name)
  const found = difference(await referenceState(plan), await lab.settled()).filter((line) => {
    const idle = /^\+ link (\S+) mtu /.exec(line)?.[1]
    return idle === undefined || names.includes(idle)
  })
  for (const { key, value } of plan.sysctls) {
    const { stdout, stderr } = await lab.exec(`sysctl -n '${key}'`)
    if (stdout.trim() !== value) found.push(`- sysctl ${key}=${value}: ${stdout.trim()}${stderr.trim()}`)
  }
  return found
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
