// DHCP with the client that the host has, without the client defaults of ifupdown, ifupdown2 and ifupdown-ng.
import { familyFlag } from '../../kernel/family.js'
import type { Intent, KernelPlan, PlannedLink } from '../../plan/plan.js'
import { fill } from '../../render/template.js'
import { hook, line, type Block, type Line } from '../../render/views.js'
import { optionKeys, optionLine } from '../../syntax/interfaces.js'
import { commandLine } from '../../syntax/shell.js'
import { bannerOf } from '../shared/common-files.js'
import { groupByComment } from '../shared/group-by-comment.js'
import { leaseOf, type LeasedDefault, type LinkLease } from '../shared/lease/settings.js'
import { staticAddresses } from '../shared/lease/static-addresses.js'
import { programFiles, programPath } from '../shared/programs.js'
import { textFile, type RenderContext, type RenderedFile, type Symlink } from '../target.js'

/** Its statements; templates/programs/lease.awk describes them. */
export const LEASES_DATA_PATH = '/etc/multihome/leases.conf'
/** A boot waits as long for a lease: enough for a provider that answers, short for one that does not. */
const TIMEOUT_SECONDS = 10

interface Leased {
  readonly link: PlannedLink
  readonly lease: LinkLease
}

/** Whether a client runs; the kernel processes router advertisements. */
const hasClient = ({ dhcp4, dhcp6 }: LinkLease): boolean => dhcp4 || dhcp6

const leasedLinks = (plan: KernelPlan): readonly Leased[] =>
  plan.state.links.flatMap((link) => {
    const lease = leaseOf(plan, link)
    return lease === undefined || !hasClient(lease) ? [] : [{ link, lease }]
  })

export function isLeasing(plan: KernelPlan, link: PlannedLink): boolean {
  const lease = leaseOf(plan, link)
  return lease !== undefined && hasClient(lease)
}

const clientHooks = {
  up: { key: optionKeys.postUp, comment: 'starts the DHCP client' },
  down: { key: optionKeys.preDown, comment: 'releases the lease' },
} as const

/** Last of the hooks that bring the link up, first of those that take it down. */
export function clientBlocks(
  plan: KernelPlan,
  link: PlannedLink,
  word: keyof typeof clientHooks,
): readonly Block[] {
  if (!isLeasing(plan, link)) return []
  const { key, comment } = clientHooks[word]
  const command = `${commandLine([programPath(plan.intent.programs, 'multihome-lease'), word, link.name])} || true`
  return [{ comments: [comment], lines: [hook(optionLine(key, command), link.origin)] }]
}

/** Empty where no link has an address by DHCP. */
export function leaseFiles(plan: KernelPlan, stack: string, context: RenderContext): readonly RenderedFile[] {
  const leased = leasedLinks(plan)
  if (leased.length === 0) return []
  const { programs } = plan.intent
  const blocks: readonly Block[] = [...staticAddresses(plan), ...groupByComment(leased.map(leaseLine))]
  return [
    textFile(LEASES_DATA_PATH, fill('shared/blocks', { banner: bannerOf(context, stack), blocks }, 'hook')),
    ...programFiles(programs, 'lease.awk', 'multihome-lease', 'dhclient-enter.sh', 'dhclient-exit.sh'),
    dhclientHook(programs, 'enter'),
    dhclientHook(programs, 'exit'),
  ]
}

const dhclientHook = (programs: Intent['programs'], when: 'enter' | 'exit'): Symlink => ({
  path: `/etc/dhcp/dhclient-${when}-hooks.d/multihome`,
  symlink: programPath(programs, `dhclient-${when}.sh`),
})

const leaseLine = ({ link, lease }: Leased): Line =>
  line(
    [
      ...['lease', 'dev', link.name, 'clients'],
      ...(lease.dhcp4 ? [familyFlag('inet')] : []),
      ...(lease.dhcp6 ? [familyFlag('inet6')] : []),
      ...['default', destinationOf(lease.inet), 'timeout', TIMEOUT_SECONDS],
    ].join(' '),
    link.origin,
  )

function destinationOf(route: LeasedDefault): string {
  switch (route.kind) {
    case 'main':
      return `main metric ${route.metric}${route.routes ? ' routes' : ''}`
    case 'table':
      return `table ${route.table}${route.routes ? ' routes' : ''}`
    case 'none':
      return 'none'
  }
}
