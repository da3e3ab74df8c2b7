// Virtual links of a plan, and whether the kernel of this machine can create them.
import { spawnSync } from 'node:child_process'
import type { LinkName } from '../../src/kernel/link.js'
import type { VirtualLink } from '../../src/kernel/virtual-link.js'
import type { KernelPlan, PlannedLink } from '../../src/plan/plan.js'

/** Whether the stack that installs the plan creates the link. */
export const isCreatedBy = ({ managed, virtual }: PlannedLink): boolean => managed && virtual !== undefined

/** Links that must exist before the plan is installed: tests create a veth for each. */
export const physicalLinks = (plan: KernelPlan): readonly LinkName[] =>
  plan.state.links.filter((link) => !isCreatedBy(link)).map(({ name }) => name)

const linkTypes: Readonly<Record<VirtualLink['kind'], string>> = {
  vlan: 'link probe0 type vlan id 7',
  bond: 'type bond',
  bridge: 'type bridge',
  vrf: 'type vrf table 99',
}

const known = new Map<VirtualLink['kind'], string>()

/** The kernel's error when it creates such a link; empty if it succeeds. */
function refusalOf(kind: VirtualLink['kind']): string {
  const cached = known.get(kind)
  if (cached !== undefined) return cached
  const script = `ip link add probe0 type veth peer name probe1 && ip link add probe9 ${linkTypes[kind]}`
  const { status, stderr } = spawnSync('unshare', ['-r', '--net', 'sh', '-c', script], { encoding: 'utf8' })
  const refusal = status === 0 ? '' : stderr.trim() || 'no namespace'
  known.set(kind, refusal)
  if (refusal !== '') console.warn(`skipped: hosts with a ${kind}: this kernel says: ${refusal}`)
  return refusal
}

/** The reason why this machine's kernel cannot create the links of the plan; undefined if it can. */
export function missingLinkSupport(plan: KernelPlan): string | undefined {
  const kinds = plan.state.links.flatMap((link) =>
    isCreatedBy(link) && link.virtual ? [link.virtual.kind] : [],
  )
  return [...new Set(kinds)]
    .filter((kind) => refusalOf(kind) !== '')
    .map((kind) => `this kernel makes no ${kind}: ${refusalOf(kind)}`)[0]
}
