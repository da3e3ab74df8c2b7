// What is alike in every stack that gets its leases followed by the script; the clients are each stack's own.
import type { Feature } from '../plan/features.js'
import type { Support } from './target.js'

export type LeaseFeature = Extract<
  Feature,
  `lease.${string}` | 'link.dhcp4' | 'link.dhcp6' | 'link.accept-ra'
>

type FollowedFeature = 'lease.address' | 'lease.balance' | 'lease.router-inet' | 'lease.router-inet6'

const followed: Support = { how: 'hook', note: 'multihome-follow, at each change of the link’s addresses' }

export const followSupport: Readonly<Record<FollowedFeature, Support>> = {
  'lease.address': followed,
  'lease.balance': followed,
  'lease.router-inet': followed,
  'lease.router-inet6': followed,
}

/** Where the kernel takes router advertisements: it knows no other table than main for their default route. */
export const kernelRaApart: Support = {
  how: 'unsupported',
  reason: 'the kernel lays the default route of a router advertisement in main or nowhere',
  instead:
    'Name the gateway in `default`, or write its router (`via: fe80::…`) beside `accept-ra: true` for the addresses.',
}

const notYet: Support = {
  how: 'unsupported',
  reason: 'leases are not rendered for this stack yet',
  instead: 'Leave it to the stack, and say `manage: routing` on the link.',
}

/** For a stack whose clients are not known here yet. */
export const noLeases: Readonly<Record<LeaseFeature, Support>> = {
  'link.dhcp4': notYet,
  'link.dhcp6': notYet,
  'link.accept-ra': notYet,
  'lease.address': notYet,
  'lease.router-inet': notYet,
  'lease.router-inet6': notYet,
  'lease.apart-inet': notYet,
  'lease.apart-inet6': notYet,
  'lease.balance': notYet,
}
