// DHCP with the client that the host has, without the client defaults of ifupdown, ifupdown2 and ifupdown-ng.
import type { KernelPlan, PlannedLink } from '../../plan/plan.js'
import { fill } from '../../render/template.js'
import { hook, line, type Block, type Line } from '../../render/views.js'
import { optionLine } from '../../syntax/interfaces.js'
import { commandLine, quote } from '../../syntax/shell.js'
import { bannerOf } from '../shared/common-files.js'
import { TRACKER_PATH } from '../shared/address-tracker.js'
import { leaseOf, type LeasedDefault, type LinkLease } from '../shared/lease/settings.js'
import { commentsOf, textFile, type RenderContext, type RenderedFile } from '../target.js'

const NAME = 'multihome-lease'
const PATH = `/usr/local/sbin/${NAME}`

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

export const isLeasing = (plan: KernelPlan, link: PlannedLink): boolean =>
  leasedLinks(plan).some((leased) => leased.link === link)

/** Last of the hooks that bring the link up. */
export const leasingBlocks = (plan: KernelPlan, link: PlannedLink): readonly Block[] =>
  isLeasing(plan, link)
    ? [{ comments: ['starts the DHCP client'], lines: [hookLine('post-up', 'up', link)] }]
    : []

/** First of the hooks that take it down. */
export const releasingBlocks = (plan: KernelPlan, link: PlannedLink): readonly Block[] =>
  isLeasing(plan, link)
    ? [{ comments: ['releases the lease'], lines: [hookLine('pre-down', 'down', link)] }]
    : []

const hookLine = (key: string, word: string, { name, origin }: PlannedLink): Line =>
  hook(optionLine(key, `${commandLine([PATH, word, name])} || true`), origin)

/** Empty where no link has an address by DHCP. */
export function leaseFiles(plan: KernelPlan, stack: string, context: RenderContext): readonly RenderedFile[] {
  const leased = leasedLinks(plan)
  if (leased.length === 0) return []
  const cases = (answer: (lease: LinkLease) => string): readonly Block[] =>
    leased.map(({ link, lease }) => ({
      comments: commentsOf(link.origin),
      lines: [line(`${quote(link.name)}) echo ${answer(lease)} ;;`, link.origin)],
    }))
  const pattern = leased.map(({ link }) => quote(link.name)).join(' | ')
  const banner = bannerOf(context, stack)
  const view = {
    banner,
    name: NAME,
    follow: TRACKER_PATH,
    timeoutSeconds: TIMEOUT_SECONDS,
    leaseDestination: cases(({ inet }) => destinationOf(inet)),
    families: cases(({ dhcp4, dhcp6 }) => [...(dhcp4 ? ['4'] : []), ...(dhcp6 ? ['6'] : [])].join(' ')),
  }
  return [
    textFile(PATH, fill('ifupdown/lease', view, 'hook'), 0o755),
    textFile(
      '/etc/dhcp/dhclient-enter-hooks.d/multihome',
      fill('ifupdown/lease-enter', { banner, pattern, path: PATH }),
    ),
    textFile(
      '/etc/dhcp/dhclient-exit-hooks.d/multihome',
      fill('ifupdown/lease-exit', { banner, pattern, path: PATH }),
    ),
  ]
}

function destinationOf(route: LeasedDefault): string {
  switch (route.kind) {
    case 'main':
      return `main ${route.metric}`
    case 'table':
      return `table ${route.table}`
    case 'none':
      return 'nowhere'
  }
}
