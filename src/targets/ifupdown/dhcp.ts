// DHCP with the client that the host has, without the client defaults of ifupdown, ifupdown2 and ifupdown-ng.
import type { KernelPlan, PlannedLink } from '../../plan/plan.js'
import { fill } from '../../render/template.js'
import { hook, line, type Block } from '../../render/views.js'
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

export function isLeasing(plan: KernelPlan, link: PlannedLink): boolean {
  const lease = leaseOf(plan, link)
  return lease !== undefined && hasClient(lease)
}

const clientHooks = {
  up: { key: 'post-up', comment: 'starts the DHCP client' },
  down: { key: 'pre-down', comment: 'releases the lease' },
} as const

/** Last of the hooks that bring the link up, first of those that take it down. */
export function clientBlocks(
  plan: KernelPlan,
  link: PlannedLink,
  word: keyof typeof clientHooks,
): readonly Block[] {
  if (!isLeasing(plan, link)) return []
  const { key, comment } = clientHooks[word]
  const command = `${commandLine([PATH, word, link.name])} || true`
  return [{ comments: [comment], lines: [hook(optionLine(key, command), link.origin)] }]
}

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
  const hookView = { banner, pattern, path: PATH }
  return [
    textFile(PATH, fill('ifupdown/lease', view, 'hook'), 0o755),
    textFile('/etc/dhcp/dhclient-enter-hooks.d/multihome', fill('ifupdown/lease-enter', hookView)),
    textFile('/etc/dhcp/dhclient-exit-hooks.d/multihome', fill('ifupdown/lease-exit', hookView)),
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
