// Hosts of a plan: boot the rendered files, compare with the plan, and change to another description.
import { managedLinks } from '../../../src/plan/lasting-rules.js'
import { formatSysctlKey } from '../../../src/kernel/sysctl.js'
import type { KernelPlan } from '../../../src/plan/plan.js'
import { stepsAfterFiles, stepsBeforeFiles } from '../../../src/targets/steps.js'
import type { RenderedFile, Step } from '../../../src/targets/target.js'
import { isCreatedBy } from '../../helpers/virtual-link-support.js'
import { externalAtBoot, externalFiles, externalLeased } from './other-programs/external-addressing.js'
import { defaultClient } from '../lab/dhcp/dhcp-clients.js'
import type { DhcpClient } from '../lab/dhcp/dhcp-clients.js'
import { openLab } from '../lab/lab.js'
import type { Lab, LabSpec } from '../lab/lab.js'
import type { Leases } from './leases/leases-file.js'
import { clientFiles } from './leases/dhcp-client-files.js'
import { neighboursOf } from './neighbours.js'
import { expectedPlan } from './expectations/expected-plan.js'
import { difference } from '../lab/state/state.js'
import type { StackId } from '../lab/stacks.js'
import type { State } from '../lab/state/state.js'
import type { Platform, Rendering } from './rendering.js'

/** A platform, and the leases of its providers. */
export type Setting = Platform & {
  readonly leases?: Leases
  /** Unset: the default client of the stack. */
  readonly client?: DhcpClient
}

/** The links of later plans exist from the start. */
export function bootHost(
  rendering: Rendering,
  platform: Setting,
  ...later: readonly KernelPlan[]
): Promise<Lab> {
  return openLab(hostOf(rendering, platform, ...later))
}

/** Boots with some links without carrier until `Lab.carrier` restores it. */
export function bootWithoutCarrier(
  rendering: Rendering,
  platform: Setting,
  withoutCarrier: readonly string[],
): Promise<Lab> {
  return openLab({ ...hostOf(rendering, platform), withoutCarrier })
}

export function hostOf(
  { plan, output }: Rendering,
  { stack, debian, leases = new Map(), client = defaultClient(stack) }: Setting,
  ...later: readonly KernelPlan[]
): LabSpec {
  const plans = [plan, ...later]
  const leasedLinks = plans.flatMap(({ state: { links } }) =>
    links.filter((link) => link.lease !== undefined),
  )
  const missing = leasedLinks.find(({ name }) => !leases.has(name))
  if (missing !== undefined) throw new Error(`leases.yaml has no entry for ${missing.name}`)
  return {
    ...{ stack, debian },
    ...(leasedLinks.length === 0 || client === undefined ? {} : { client }),
    tree: [...externalFiles(plan, stack), ...clientFiles(plan, stack), ...output.files],
    peers: neighboursOf(later.reduce(mergeLinks, plan), leases),
    prepare: [...externalAtBoot(plan, stack), ...externalLeased(plan, leases)],
    virtualLinks: [
      ...new Set(plans.flatMap(({ state: { links } }) => links.filter(isCreatedBy).map(({ name }) => name))),
    ],
    external: plans
      .flatMap(({ state: { links } }) => links.map((link) => link.name))
      .filter((name) => !managedLinks(plan).some((link) => link.name === name)),
  }
}

/** The links and next hops of two plans, only to derive their neighbours. */
function mergeLinks(first: KernelPlan, second: KernelPlan): KernelPlan {
  const shared = first.state.links.map((link) => {
    const later = second.state.links.find((other) => other.name === link.name)
    return { ...link, addresses: [...link.addresses, ...(later?.addresses ?? [])] }
  })
  const added = second.state.links.filter(
    (link) => !first.state.links.some((other) => other.name === link.name),
  )
  return {
    ...second,
    state: {
      ...second.state,
      links: [...shared, ...added],
      routes: [...first.state.routes, ...second.state.routes],
    },
  }
}

/**
 * `- ` planned and missing, `+ ` present and not planned. Empty if the kernel has exactly the plan and the lines of
 * other programs.
 */
export async function compareWithPlan(
  lab: Lab,
  plan: KernelPlan,
  others: readonly string[] = [],
  quiet?: number,
): Promise<string[]> {
  const { plan: expected, state: planned, wrong } = await expectedPlan(lab, plan)
  const differences = (state: State): string[] =>
    subtractUnmanaged(difference(planned, state), others).filter((line) => !isIdleLink(expected, line))
  const state = await lab.waitStable((now) => differences(now).length === 0, quiet)
  return [...wrong, ...differences(state), ...(await wrongSysctls(lab, expected))]
}

function subtractUnmanaged(found: readonly string[], others: readonly string[]): string[] {
  const here = others.map((line) => `+ ${line}`)
  return [
    ...found.filter((line) => !here.includes(line)),
    ...others.filter((_, n) => !found.includes(here[n] ?? '')).map((line) => `- unmanaged ${line}`),
  ]
}

/** A link that the plan does not mention may be up, if it has no address. */
function isIdleLink(plan: KernelPlan, line: string): boolean {
  const names: readonly string[] = plan.state.links.map((link) => link.name)
  const linkName = /^\+ link (\S+) mtu /.exec(line)?.[1]
  return linkName !== undefined && !names.includes(linkName)
}

/** These stacks handle router advertisements themselves, and turn off the kernel's handling. */
const takesAdvertisements: readonly StackId[] = [
  ...(['networkd', 'netplan', 'netplan-nm', 'nm-dispatcher', 'nm-keyfile'] as const),
]

async function wrongSysctls(lab: Lab, plan: KernelPlan): Promise<readonly string[]> {
  const sysctls = plan.state.sysctls.filter(
    ({ kernelRaOnly }) => kernelRaOnly !== true || !takesAdvertisements.includes(lab.stack),
  )
  if (sysctls.length === 0) return []
  const keys = sysctls.map(({ key }) => `'${formatSysctlKey(key)}'`).join(' ')
  const { stdout } = await lab.exec(`for key in ${keys}; do sysctl -n "$key" 2>&1; done`)
  const values = stdout.split('\n').map((value) => value.trim())
  return sysctls.flatMap(({ key, value }, n) =>
    values[n] === value ? [] : [`- sysctl ${formatSysctlKey(key)}=${value}: ${String(values[n])}`],
  )
}

/** Changes the files, with the steps of the output; returns the output of failed steps. */
export async function changeHost(
  lab: Lab,
  before: readonly { readonly path: string }[],
  { output }: Rendering,
): Promise<string[]> {
  return installHost(lab, before, output.files, output.change)
}

/** Runs the steps around the files, in the documented order. */
export async function installHost(
  lab: Lab,
  before: readonly { readonly path: string }[],
  files: readonly RenderedFile[],
  steps: readonly Step[],
): Promise<string[]> {
  const kept = new Set<string>(files.map((file) => file.path))
  const failures = await performSteps(lab, stepsBeforeFiles(steps))
  const removed = before.filter((file) => !kept.has(file.path))
  for (const { path } of removed) await lab.exec(`rm -f '${path}'`)
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
