// Capabilities of NetworkManager profiles by version; rules and reject routes are in the profile of lo.
import { profileSupport } from '../shared/networkmanager/support.js'
import { allRoutes, allRules, multipath, native, rejectRoutes } from '../shared/support.js'
import { isAtLeast, versionOf } from '../version.js'
import type { Capabilities, Support, WrittenSettings } from '../target.js'

export const DEFAULT_VERSION = '1.52.1'

/** NEWS 1.42: profiles of type loopback. Before it no profile survives the loss of an uplink. */
const inLoopback: Support = { how: 'native', since: '1.42', note: 'in the profile of lo' }

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
  ...profileSupport,
  'link.foreign': {
    how: 'hook',
    why: 'NetworkManager has no profile for a link that it does not manage',
    note: 'the dispatcher script installs its routes',
  },
  ...allRules(inLoopback),
  'rule.dscp': {
    how: 'unsupported',
    reason: 'routing-rule has no dscp',
    instead: 'Render nm-dispatcher, or set a mark by DSCP with nftables and select `fwmark`.',
  },
  'rule.goto': {
    how: 'unsupported',
    reason: 'routing-rule has no goto',
    instead: 'Render nm-dispatcher, or write narrower selectors for the rules that `goto` skips.',
  },
  ...allRoutes(native),
  'route.onlink': { how: 'native', since: '1.18' },
  ...multipath(WEIGHTS),
  ...(hasWeights(settings) ? { 'route.multipath-inet': native } : {}),
  ...rejectRoutes(inLoopback),
  'route.local': inLoopback,
  'table.name': { how: 'native', note: '/etc/iproute2/rt_tables.d; profiles have numbers' },
})
