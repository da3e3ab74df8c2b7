// DHCP with dhcpcd: options on its command line, since its file belongs to the host, and a hook in its folder.
import type { KernelPlan, PlannedLink } from '../../plan/plan.js'
import { fill } from '../../render/template.js'
import { line, type Banner } from '../../render/views.js'
import { commandLine } from '../../syntax/shell.js'
import { TRACKER_PATH } from '../shared/address-tracker.js'
import { leaseOf, type LinkLease } from '../shared/lease/settings.js'
import { commentsOf, textFile, type RenderedFile } from '../target.js'

/**
 * `-b`: boot does not wait for a server, and dhcpcd keeps asking; without it dhcpcd gives up for good after 30 seconds.
 * `-L`: no link-local address and no default route of its own without a lease. The kernel processes advertisements, as
 * set by sysctls of the plan.
 */
export function dhcpcdOptions(lease: LinkLease): string {
  return [
    '-b',
    ...(lease.dhcp6 ? [...(lease.dhcp4 ? [] : ['-6']), '--noipv6rs', '--ia_na'] : ['-4']),
    ...(lease.dhcp4 ? ['-L', ...defaultOf(lease)] : []),
  ].join(' ')
}

/** `-G`: none. */
const defaultOf = ({ inet }: LinkLease): readonly string[] =>
  inet.kind === 'main' ? ['-m', String(inet.metric)] : ['-G']

/** dhcpcd-run-hooks(8) reads all files of this folder; `/lib` is right with and without a merged /usr. */
const HOOK_PATH = '/lib/dhcpcd/dhcpcd-hooks/90-multihome-tracker'

/** Links whose DHCPv4 default route belongs in a gateway’s table and not in main. */
const separateLinks = (plan: KernelPlan): readonly PlannedLink[] =>
  plan.state.links.filter((link) => {
    const lease = leaseOf(plan, link)
    return lease?.dhcp4 === true && lease.inet.kind === 'table'
  })

/** Empty if the default route of each lease belongs in main or nowhere. */
export function dhcpcdHookFiles(plan: KernelPlan, banner: Banner): readonly RenderedFile[] {
  const links = separateLinks(plan)
  if (links.length === 0) return []
  const view = {
    banner,
    follow: TRACKER_PATH,
    comments: links.flatMap((link) => commentsOf(link.origin)),
    pattern: line(
      links.map(({ name }) => commandLine([name])).join(' | '),
      ...links.map(({ origin }) => origin),
    ),
  }
  return [textFile(HOOK_PATH, fill('netifrc/dhcpcd-hook', view, 'hook'))]
}
