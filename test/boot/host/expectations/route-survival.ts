// Routes of another program that the kernel or a stack deletes at an event. Rules always survive.
import type { Debian } from '../../lab/rootfs/rootfs.js'
import type { StackId } from '../../lab/stacks.js'
import type { Platform } from '../rendering.js'

/** `relink` sets one link down and up, `reapply` leaves it up, `carrier` is lost and back. */
export type LeaseEvent = 'start' | 'reload' | 'apply' | 'restart' | 'relink' | 'reapply' | 'carrier' | 'stop'

type Loss = {
  readonly at: readonly LeaseEvent[]
  /** The route's link: one that the stack sets up, `lo` (every IPv6 route without a next hop), or another one. */
  readonly over: 'ours' | 'lo' | 'another'
  readonly family?: 4 | 6
  /** Only routes of main, except connected ones. */
  readonly mainOnly?: true
  readonly debian?: Debian
  /** Depends on timing. */
  readonly sometimes?: true
}

/** A link that is set down loses its routes; one that loses its last IPv4 address loses its IPv4 routes. */
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
  // `netplan apply` activates each profile again.
  'netplan-nm': [...networkManager, losesAll('apply')],
  // NetworkManager 1.30 adopts routes over external links at its first reload.
  'nm-dispatcher': [
    ...networkManager,
    { at: ['reload'], over: 'another', mainOnly: true, debian: 11, sometimes: true },
  ],
  // It activates its profile of lo.
  'nm-keyfile': [...networkManager, { at: ['start'], over: 'lo' }],
  ifupdown: [...ifupdown, { at: ['stop'], over: 'lo' }],
  ifupdown2: ifupdown,
  'ifupdown-ng': [...ifupdown, { at: ['restart', 'stop'], over: 'lo' }],
  netifrc: ifupdown,
  iproute2: [losesIpv4('restart', 'stop')],
}

/** Connected routes; a state omits their metric. */
const isConnected = (line: string): boolean =>
  line.includes(' prefsrc=') || (line.startsWith('route 6 ') && !line.includes(' metric='))

export type Survival = 'stays' | 'goes' | 'goes or stays'

/** Survival of a state line at an event of this link. */
export function survivalOf(
  line: string,
  { stack, debian }: Platform,
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
