// Virtual links of a plan, and whether this machine's kernel can create them and its marks.
import { spawnSync } from 'node:child_process'
import type { LinkName } from '../../src/kernel/link.js'
import type { VirtualLink } from '../../src/kernel/virtual-link.js'
import type { KernelPlan, PlannedLink } from '../../src/plan/plan.js'

/** Whether the stack that installs the plan creates the link. */
export const isCreatedBy = ({ managed, virtual }: PlannedLink): boolean => managed && virtual !== undefined

/** Links that must exist before the plan is installed: tests create a veth for each. */
export const physicalLinks = (plan: KernelPlan): readonly LinkName[] =>
  plan.state.links.filter((link) => !isCreatedBy(link)).map(({ name }) => name)

type Feature = VirtualLink['kind'] | 'nftables'

const veth = 'ip link add probe0 type veth peer name probe1'
const probes: Readonly<Record<Feature, string>> = {
  vlan: `${veth} && ip link add probe9 link probe0 type vlan id 7`,
  bond: `${veth} && ip link add probe9 type bond`,
  bridge: `${veth} && ip link add probe9 type bridge`,
  vrf: `${veth} && ip link add probe9 type vrf table 99`,
  nftables:
    "nft 'add table inet probe; add chain inet probe one { type filter hook prerouting priority 0; }'",
}

const known = new Map<Feature, string>()

/** The kernel's error when the feature is used; empty if it succeeds. */
function refusalOf(feature: Feature): string {
  const cached = known.get(feature)
  if (cached !== undefined) return cached
  const { status, stderr } = spawnSync('unshare', ['-r', '--net', 'sh', '-c', probes[feature]], {
    encoding: 'utf8',
  })
  const refusal = status === 0 ? '' : stderr.trim().split('\n')[0] || 'no namespace'
  known.set(feature, refusal)
  if (refusal !== '') console.warn(`skipped: hosts with a ${feature}: this kernel says: ${refusal}`)
  return refusal
}

/** Whether the kernel has nftables for IPv4 and IPv6. Debian's user-mode Linux has only the bridge family, or tables without chains. */
export const hasNftables = (): boolean => refusalOf('nftables') === ''

/** The reason why this machine's kernel cannot create the links or marks of the plan; undefined if it can. */
export function missingLinkSupport(plan: KernelPlan): string | undefined {
  const kinds = plan.state.links.flatMap((link): Feature[] =>
    isCreatedBy(link) && link.virtual ? [link.virtual.kind] : [],
  )
  const marks: readonly Feature[] = plan.state.connmarks.length > 0 ? ['nftables'] : []
  return [...new Set([...kinds, ...marks])]
    .filter((feature) => refusalOf(feature) !== '')
    .map((feature) => `this kernel makes no ${feature}: ${refusalOf(feature)}`)[0]
}
