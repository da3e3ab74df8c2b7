// Capabilities for leases that all stacks share: multihome-follow tracks the addresses.
import type { Feature } from '../../../plan/features.js'
import type { Support } from '../../target.js'

export type LeaseFeature = Extract<
  Feature,
  `lease.${string}` | 'link.dhcp4' | 'link.dhcp6' | 'link.accept-ra'
>

type DynamicFeature = 'lease.address' | 'lease.balance' | 'lease.router-inet' | 'lease.router-inet6'

const followed: Support = {
  how: 'hook',
  why: 'no stack has a key for rules and routes that depend on the addresses of a link',
  note: 'multihome-follow, at each change of the link’s addresses',
}

export const trackerSupport: Readonly<Record<DynamicFeature, Support>> = {
  'lease.address': followed,
  'lease.balance': followed,
  'lease.router-inet': followed,
  'lease.router-inet6': followed,
}

/** If the kernel processes router advertisements: it installs their default route in main only. */
export const kernelRaSeparately: Support = {
  how: 'unsupported',
  reason: 'the kernel installs the default route of a router advertisement in main or not at all',
  instead:
    'Name the gateway in `default`, or write its router (`via: fe80::…`) beside `accept-ra: true` for the addresses.',
}
