// DHCP by whichever client a host has, without the defaults of its own that ifupdown, ifupdown2 and ifupdown-ng give each.
import type { KernelPlan, PlannedLink } from '../../plan/plan.js'
import { fill } from '../../render/template.js'
import type { CommentedLine } from '../../render/views.js'
import { optionLine } from '../../syntax/interfaces.js'
import { commandLine, quote } from '../../syntax/shell.js'
import { bannerOf } from '../shared/common-files.js'
import { TRACKER_PATH } from '../shared/address-tracker.js'
import { leaseOf, type LeasedDefault, type LinkLease } from '../shared/lease/settings.js'
import { commentsOf, type RenderContext, type RenderedFile } from '../target.js'

const NAME = 'multihome-lease'
const PATH = `/usr/local/sbin/${NAME}`

/** Of a boot: what needs the network should find the lease, and what does not should not wait for a dead provider. */
const PATIENCE = 10

interface Leased {
  readonly link: PlannedLink
  readonly lease: LinkLease
}

/** Whether a client runs for it; router advertisements are the kernel's. */
const hasClient = ({ dhcp4, dhcp6 }: LinkLease): boolean => dhcp4 || dhcp6

const leasedLinks = (plan: KernelPlan): readonly Leased[] =>
  plan.links.flatMap((link) => {
    const lease = leaseOf(plan, link)
    return lease === undefined || !hasClient(lease) ? [] : [{ link, lease }]
  })

export const isLeasing = (plan: KernelPlan, link: PlannedLink): boolean =>
  leasedLinks(plan).some((leased) => leased.link === link)

/** Behind everything else that brings the link up. */
export const leasingBlocks = (plan: KernelPlan, link: PlannedLink): readonly CommentedLine[] =>
  isLeasing(plan, link)
    ? [{ comments: ['what the DHCP client gets'], lines: [hookLine('post-up', 'up', link)] }]
    : []

/** Before everything else that takes it down. */
export const releasingBlocks = (plan: KernelPlan, link: PlannedLink): readonly CommentedLine[] =>
  isLeasing(plan, link)
    ? [{ comments: ['the lease is given back'], lines: [hookLine('pre-down', 'down', link)] }]
    : []

const hookLine = (key: string, word: string, { name }: PlannedLink): string =>
  optionLine(key, `${commandLine([PATH, word, name])} || true`)

/** Empty where no link has an address by DHCP. */
export function leaseFiles(plan: KernelPlan, stack: string, context: RenderContext): readonly RenderedFile[] {
  const leased = leasedLinks(plan)
  if (leased.length === 0) return []
  const file = (path: `/${string}`, mode: number, content: string): RenderedFile => ({
    path,
    mode,
    owner: 'root:root',
    content,
  })
  const pattern = leased.map(({ link }) => quote(link.name)).join(' | ')
  const banner = bannerOf(context, stack)
  const script = fill('ifupdown/lease', {
    banner,
    name: NAME,
    follow: TRACKER_PATH,
    patience: PATIENCE,
    belongs: leased.map(({ link, lease }) => ({
      comments: commentsOf(link.origin),
      lines: [`${quote(link.name)}) echo ${placeOf(lease.inet)} ;;`],
    })),
    families: leased.map(({ link, lease }) => ({
      comments: commentsOf(link.origin),
      lines: [
        `${quote(link.name)}) echo ${[...(lease.dhcp4 ? ['4'] : []), ...(lease.dhcp6 ? ['6'] : [])].join(' ')} ;;`,
      ],
    })),
  })
  return [
    file(PATH, 0o755, script),
    file(
      '/etc/dhcp/dhclient-enter-hooks.d/multihome',
      0o644,
      fill('ifupdown/lease-enter', { banner, pattern, path: PATH }),
    ),
    file(
      '/etc/dhcp/dhclient-exit-hooks.d/multihome',
      0o644,
      fill('ifupdown/lease-exit', { banner, pattern, path: PATH }),
    ),
  ]
}

function placeOf(place: LeasedDefault): string {
  switch (place.kind) {
    case 'main':
      return `main ${place.metric}`
    case 'table':
      return `table ${place.table}`
    case 'none':
      return 'nowhere'
  }
}
