// Which routes of another program go with what, by the nature of the kernel or of a stack? Its rules never do.
import type { Debian } from '../../lab/rootfs/rootfs.js'
import type { StackId } from '../../lab/stacks.js'
import type { Place } from '../rendering.js'

/** `relink` takes one link down and up, `reapply` leaves it up; `carrier` is lost and back. */
export type LeaseEvent = 'start' | 'reload' | 'apply' | 'restart' | 'relink' | 'reapply' | 'carrier' | 'stop'

type Loss = {
  readonly at: readonly LeaseEvent[]
  /** The route's link: one that the stack brings up, `lo` (as of every IPv6 route without a next hop), or another. */
  readonly over: 'ours' | 'lo' | 'another'
  readonly family?: 4 | 6
  /** Routes of main, but not those of the link's own prefixes. */
  readonly mainOnly?: true
  readonly debian?: Debian
  /** It depends on how quick the stack is. */
  readonly sometimes?: true
}

/** A link that is set down loses its routes; one that loses its last IPv4 address, those of IPv4. */
const losesAll = (...at: readonly LeaseEvent[]): Loss => ({ at, over: 'ours' })
const losesIpv4 = (...at: readonly LeaseEvent[]): Loss => ({ at, over: 'ours', family: 4 })

const networkd: readonly Loss[] = [losesIpv4('carrier'), { ...losesIpv4('relink'), debian: 12 }]
const networkManager: readonly Loss[] = [
  losesAll('relink', 'carrier'),
  { ...losesAll('reapply'), mainOnly: true, debian: 11 },
]
const ifupdown: readonly Loss[] = [losesAll('restart', 'relink', 'stop')]

const losses: Readonly<Record<StackId, readonly Loss[]>> = {
  networkd,
  netplan: [...networkd, { ...losesIpv4('apply'), debian: 12 }],
  // `netplan apply` activates each profile anew.
  'netplan-nm': [...networkManager, losesAll('apply')],
  // NetworkManager 1.30 takes for its own, at its first reload, what it knows of the links of others.
  'nm-dispatcher': [
    ...networkManager,
    { at: ['reload'], over: 'another', mainOnly: true, debian: 11, sometimes: true },
  ],
  // Its profile of lo is activated.
  'nm-keyfile': [...networkManager, { at: ['start'], over: 'lo' }],
  ifupdown: [...ifupdown, { at: ['stop'], over: 'lo' }],
  ifupdown2: ifupdown,
  'ifupdown-ng': [...ifupdown, { at: ['restart', 'stop'], over: 'lo' }],
  netifrc: ifupdown,
  iproute2: [losesIpv4('restart', 'stop')],
}

/** The kernel lays these with the address; a state leaves out their metric. */
const isConnected = (line: string): boolean =>
  line.includes(' prefsrc=') || (line.startsWith('route 6 ') && !line.includes(' metric='))

export type Survival = 'stays' | 'goes' | 'goes or stays'

/** Of a line of a state, when a link of ours is what the happening is about. */
export function survivalOf(
  line: string,
  { stack, debian }: Place,
  event: LeaseEvent,
  stackLink: string,
): Survival {
  const [, family, dev] = /^route ([46]) \S+ dev=(\S+) /.exec(line) ?? []
  if (dev === undefined) return 'stays'
  const over = dev === stackLink ? 'ours' : dev === 'lo' ? 'lo' : 'another'
  const found = losses[stack].filter(
    (loss) =>
      loss.at.includes(event) &&
      loss.over === over &&
      (loss.family === undefined || String(loss.family) === family) &&
      (loss.mainOnly === undefined || (line.includes(' table=254 ') && !isConnected(line))) &&
      (loss.debian === undefined || loss.debian === debian),
  )
  if (found.length === 0) return 'stays'
  return found.every(({ sometimes }) => sometimes === true) ? 'goes or stays' : 'goes'
}
