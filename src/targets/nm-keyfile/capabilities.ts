// Capabilities of NetworkManager profiles by version; rules and reject routes are in the profile of lo.
import { connmarkSupport } from '../shared/connmarks.js'
import { isAtLeast, versionOf } from '../version.js'
import { managerLeases } from '../shared/networkmanager/lease.js'
import type { Capabilities, Support, WrittenSettings } from '../target.js'

export const DEFAULT_VERSION = '1.52.1'

/** NEWS 1.42: profiles of type loopback. Before it no profile survives the loss of an uplink. */
const inLoopback: Support = { how: 'native', since: '1.42', note: 'in the profile of lo' }
const native: Support = { how: 'native' }

const WEIGHTS: Support = {
  how: 'hook',
  why: 'a profile has weights for IPv4 alone, and before 1.52 they may be lost at boot',
  note: 'by the dispatcher script, over the links that are up',
}

/**
 * 1.42 knows `weight`, but leaves a single route of the same metric before the multipath one at boot, which then
 * carries everything. 1.52 does not.
 */
export const hasWeights = (settings: WrittenSettings): boolean =>
  isAtLeast(versionOf(settings, DEFAULT_VERSION), '1.52')

export const capabilities = (settings: WrittenSettings): Capabilities => ({
  'manage.routing': {
    how: 'unsupported',
    reason: 'a profile has no drop-ins: the active profile itself must have the routes',
    instead: 'Render nm-dispatcher: its script works beside any profile.',
  },
  'link.address': {
    how: 'native',
    note: 'a second address of a prefix adds a second connected route, which the first one hides',
  },
  'link.mtu': native,
  'link.mac': native,
  'link.nameservers': native,
  'link.optional': {
    how: 'partial',
    reason:
      'a profile cannot be excluded from network-online.target, which waits some six seconds for a carrier; nothing else waits',
  },
  'link.foreign': {
    how: 'hook',
    why: 'NetworkManager has no profile for a link that it does not manage',
    note: 'the dispatcher script installs its routes',
  },
  'link.vlan': native,
  'link.bond': native,
  'link.bridge': native,
  'link.vrf': native,
  ...managerLeases,
  'rule.from': inLoopback,
  'rule.to': inLoopback,
  'rule.not': inLoopback,
  'rule.iif': inLoopback,
  'rule.oif': inLoopback,
  'rule.fwmark': inLoopback,
  'rule.fwmark-mask': inLoopback,
  'rule.fwmark-zero': inLoopback,
  'rule.tos': inLoopback,
  'rule.ipproto': inLoopback,
  'rule.sport': inLoopback,
  'rule.dport': inLoopback,
  'rule.uidrange': inLoopback,
  'rule.dscp': {
    how: 'unsupported',
    reason: 'routing-rule has no dscp',
    instead: 'Render nm-dispatcher, or set a mark by DSCP with nftables and select `fwmark`.',
  },
  'rule.suppress-prefixlength': inLoopback,
  'rule.goto': {
    how: 'unsupported',
    reason: 'routing-rule has no goto',
    instead: 'Render nm-dispatcher, or write narrower selectors for the rules that `goto` skips.',
  },
  'rule.unreachable': inLoopback,
  'rule.prohibit': inLoopback,
  'rule.blackhole': inLoopback,
  'rule.lasting': inLoopback,
  'route.table': native,
  'route.metric': native,
  'route.src': native,
  'route.src-inet6': native,
  'route.onlink': { how: 'native', since: '1.18' },
  'route.device': native,
  'route.mtu': native,
  'route.multipath-inet': hasWeights(settings) ? { how: 'native' } : WEIGHTS,
  'route.multipath-inet6': WEIGHTS,
  'route.unreachable': inLoopback,
  'route.prohibit': inLoopback,
  'route.blackhole': inLoopback,
  'route.throw': inLoopback,
  'route.local': inLoopback,
  'table.name': { how: 'native', note: '/etc/iproute2/rt_tables.d; profiles have numbers' },
  sysctl: { how: 'native', note: '/etc/sysctl.d' },
  'marks.nftables': connmarkSupport,
})
