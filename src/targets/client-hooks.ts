// Hooks of DHCP clients that lay no default route: they hand the router of the lease to the script that follows leases.
import type { KernelPlan, PlannedLink } from '../plan/plan.js'
import { fill } from '../render/template.js'
import type { Banner } from '../render/views.js'
import { commandLine, commentText } from '../syntax/shell.js'
import { FOLLOW_PATH } from './follow.js'
import { leaseOf } from './lease-of.js'
import { commentOf, type RenderContext, type RenderedFile } from './target.js'

/** dhcpcd-run-hooks(8) reads all of this folder, and `/lib` is right with and without a merged /usr. */
export const DHCPCD_HOOK_PATH = '/lib/dhcpcd/dhcpcd-hooks/90-multihome-follow'

/** Links whose lease of DHCPv4 has a router that main must not have, and a gateway’s table must. */
const apartLinks = (plan: KernelPlan): readonly PlannedLink[] =>
  plan.links.filter((link) => {
    const lease = leaseOf(plan, link)
    return lease?.dhcp4 === true && lease.inet.kind === 'table'
  })

/** Empty where the default route of each lease belongs in main, or nowhere. */
export function dhcpcdHookFiles(
  plan: KernelPlan,
  bannerWith: (notes: readonly string[]) => Banner,
  context: RenderContext,
): readonly RenderedFile[] {
  const links = apartLinks(plan)
  if (links.length === 0) return []
  const content = fill('shared/dhcpcd-hook', {
    banner: bannerWith([
      'dhcpcd lays no default route for these links: who follows the lease is told of its router instead.',
    ]),
    follow: FOLLOW_PATH,
    comments: links.map((link) => commentText(commentOf(link.origin, context))),
    pattern: links.map(({ name }) => commandLine([name])).join(' | '),
  })
  return [{ path: DHCPCD_HOOK_PATH, mode: 0o644, owner: 'root:root', content }]
}
