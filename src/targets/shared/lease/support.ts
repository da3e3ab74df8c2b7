// What is alike in every stack that gets its leases followed by the script; the clients are each stack's own.
import type { Feature } from '../../../plan/features.js'
import type { Support } from '../../target.js'

export type LeaseFeature = Extract<
  Feature,
  `lease.${string}` | 'link.dhcp4' | 'link.dhcp6' | 'link.accept-ra'
>

type DynamicFeature = 'lease.address' | 'lease.balance' | 'lease.router-inet' | 'lease.router-inet6'

const followed: Support = {
  how: 'hook',
  why: 'no stack has a key for rules and routes that follow the addresses of a link',
  note: 'multihome-follow, at each change of the link’s addresses',
}

export const trackerSupport: Readonly<Record<DynamicFeature, Support>> = {
  'lease.address': followed,
  'lease.balance': followed,
  'lease.router-inet': followed,
  'lease.router-inet6': followed,
}

/** Where the kernel takes router advertisements: it knows no other table than main for their default route. */
export const kernelRaSeparately: Support = {
  how: 'unsupported',
  reason: 'the kernel lays the default route of a router advertisement in main or nowhere',
  instead:
    'Name the gateway in `default`, or write its router (`via: fe80::…`) beside `accept-ra: true` for the addresses.',
}
