// DHCP with dhcpcd: options on its command line, since its file belongs to the host, and a hook in its folder.
import type { KernelPlan } from '../../plan/plan.js'
import { leaseOf, type LinkLease } from '../shared/lease/settings.js'
import { programFile } from '../shared/programs.js'
import type { RenderedFile } from '../target.js'
import { dhcpcdFlags as flags } from './variables.js'

/**
 * `-b`: boot does not wait for a server, and dhcpcd keeps asking; without it dhcpcd gives up for good after 30 seconds.
 * `-L`: no link-local address and no default route of its own without a lease. The kernel processes advertisements, as
 * set by sysctls of the plan.
 */
export function dhcpcdOptions(lease: LinkLease): string {
  return [
    flags.background,
    ...(lease.dhcp6
      ? [...(lease.dhcp4 ? [] : [flags.only6]), flags.noAdvertisements, flags.address6]
      : [flags.only4]),
    ...(lease.dhcp4 ? [flags.noLinkLocal, ...defaultOf(lease)] : []),
  ].join(' ')
}

/**
 * `-G`: no default route. `-O`: dhcpcd ignores these options of a server. It installs further routes in main only, where
 * they do not belong unless the default route does.
 */
function defaultOf({ inet }: LinkLease): readonly string[] {
  const further = 'static_routes,classless_static_routes,ms_classless_static_routes'
  if (inet.kind === 'main')
    return [flags.metric, String(inet.metric), ...(inet.routes ? [] : [flags.ignore, further])]
  return [flags.noGateway, flags.ignore, inet.kind === 'table' ? further : `routers,${further}`]
}

/** dhcpcd-run-hooks(8) reads all files of this folder; `/lib` is right with and without a merged /usr. */
const HOOK_PATH = '/lib/dhcpcd/dhcpcd-hooks/90-multihome-tracker'

/** Empty if the default route of each lease belongs in main or nowhere; else it belongs in a gateway’s table. */
export function dhcpcdHookFiles(plan: KernelPlan): readonly RenderedFile[] {
  const isSeparate = plan.state.links.some((link) => {
    const lease = leaseOf(plan, link)
    return lease?.dhcp4 === true && lease.inet.kind === 'table'
  })
  if (!isSeparate) return []
  const program = programFile(plan.intent.programs, 'dhcpcd-hook.sh')
  return [program, { path: HOOK_PATH, symlink: program.path }]
}
