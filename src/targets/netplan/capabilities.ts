// Capabilities of netplan: its YAML, and beside it files of networkd or a script of NetworkManager's dispatcher.
import type { SelectorName } from '../../kernel/selectors.js'
import { features, type Feature } from '../../plan/features.js'
import { networkdCapabilities } from '../shared/networkd/support.js'
import { leaseRoutes, optionalLink } from '../shared/networkmanager/support.js'
import { commonSupport, native } from '../shared/support.js'
import type { Capabilities, Support, WrittenSettings } from '../target.js'
import { isAtLeast } from '../version.js'
import { netplanManagerLeases } from './manager-lease.js'
import { RULES_IN_PROFILES, UNICAST_ONLY } from './manager-split.js'
import { readSettings, type NetplanSettings } from './settings.js'

const vrf: Support = { how: 'native', since: '0.105' }

export function capabilities(written: WrittenSettings): Capabilities {
  const settings = readSettings(written)
  const of = supportOf(settings)
  const all = features.map((feature) => [feature, of(feature)])
  return {
    ...(Object.fromEntries(all) as Record<Feature, Support>),
    ...commonSupport,
    sysctl: native,
    ...(settings.renderer === 'NetworkManager' ? { ...netplanManagerLeases, ...leaseRoutes } : {}),
  }
}

function supportOf(settings: NetplanSettings): (feature: Feature) => Support {
  if (settings.renderer === 'NetworkManager')
    return settings.beyond === 'dispatcher' ? withDispatcher(settings) : inManagerYaml
  return settings.beyond === 'refuse' ? inNetworkdYaml : withDropIns(settings)
}

/** Keys of `routing-policy`. */
const inRoutingPolicy = new Set<Feature>(['rule.from', 'rule.to', 'rule.fwmark', 'rule.tos'])

const LATER_TYPES = '0.106'
const isLaterType = (feature: Feature): boolean => feature === 'route.local' || feature === 'route.throw'

const routingPolicy: Support = {
  how: 'native',
  note: '`routing-policy` of `lo`; a rule that also needs what `routing-policy` has no key for is in the drop-in as a whole',
}
const dropIn = (why: string): Support => ({
  how: 'drop-in',
  why,
  note: 'a drop-in of networkd beside the YAML',
})

/** Features without a key are in drop-ins of networkd for the files that netplan generates. */
function withDropIns({ netplan, systemd }: NetplanSettings): (feature: Feature) => Support {
  const below = networkdCapabilities(systemd)
  return (feature) => {
    if (feature === 'link.vrf') return vrf
    const support = below[feature]
    if (support.how === 'unsupported' || support.how === 'partial') return support
    if (support.since !== undefined && !isAtLeast(systemd, support.since))
      return {
        how: 'unsupported',
        reason: `it needs systemd ${support.since}, and netplan runs with systemd ${systemd} here`,
        instead: 'Write `targets: {netplan: {systemd: VERSION}}` if the host has a newer one.',
      }
    if (inRoutingPolicy.has(feature)) return routingPolicy
    if (isLaterType(feature) && !isAtLeast(netplan, LATER_TYPES))
      return dropIn(`the YAML has it since netplan ${LATER_TYPES}`)
    const why = noYaml[feature]
    return why === undefined ? native : dropIn(why)
  }
}

type OtherSelector = Exclude<SelectorName, 'from' | 'to' | 'fwmark' | 'tos'>

const noYaml: Readonly<Partial<Record<Feature, string>> & Record<`rule.${OtherSelector}`, string>> = {
  'link.foreign': 'netplan creates each link in the YAML',
  'rule.not': 'routing-policy has no inverted rule',
  'rule.iif': 'routing-policy has no incoming link',
  'rule.oif': 'routing-policy has no outgoing link',
  'rule.fwmark-mask': 'routing-policy’s mark takes no mask',
  'rule.fwmark-zero': 'routing-policy takes the mark 0 for none',
  'rule.ipproto': 'routing-policy has no protocol',
  'rule.sport': 'routing-policy has no ports',
  'rule.dport': 'routing-policy has no ports',
  'rule.uidrange': 'routing-policy has no users',
  'rule.dscp': 'routing-policy has no DSCP',
  'rule.suppress-prefixlength': 'routing-policy has no suppressor',
  'rule.goto': 'a rule of routing-policy looks up a table and does nothing else',
  'rule.unreachable': 'a rule of routing-policy looks up a table and does nothing else',
  'rule.prohibit': 'a rule of routing-policy looks up a table and does nothing else',
  'rule.blackhole': 'a rule of routing-policy looks up a table and does nothing else',
  'lease.apart-inet': 'the YAML has no key for the table of leased routes',
  'lease.apart-inet6': 'the YAML has no key for the metric of advertised routes',
  'lease.ignored-routes-inet': '`use-routes: false` drops the router too',
  'lease.ignored-routes-inet6': 'the YAML has no key for route information of advertisements',
  'route.multipath-inet': 'a route in the YAML has one next hop',
  'route.multipath-inet6': 'a route in the YAML has one next hop',
}

const refused = (reason: string, instead: string): Support => ({ how: 'unsupported', reason, instead })
const DROP_IN = 'Leave out `beyond-yaml: refuse`: a drop-in of networkd beside the YAML does it.'
const DISPATCHER = 'Leave out `beyond-yaml: refuse`: a script of NetworkManager’s dispatcher does it.'

const dhcp4InYaml: Support = {
  how: 'partial',
  reason:
    'networkd adds a route in main to each name and time server of the lease, which the YAML cannot prevent; a file for networkd can (leave out `beyond-yaml: refuse`)',
}

const leaseRoutesInYaml: Support = {
  how: 'partial',
  reason:
    'networkd installs the further routes of a lease, which the YAML can only refuse together with its default route; a file for networkd can (leave out `beyond-yaml: refuse`)',
}

/** Without a file for networkd beside the YAML, which completes its keys. */
const noLeaseKey: Readonly<Partial<Record<Feature, string>>> = {
  'link.dhcp6': 'the YAML has no key for DHCPv6 without router advertisements',
  'link.accept-ra': 'the YAML has no key for the metric of the advertised router, and none to ignore it',
}

function inNetworkdYaml(feature: Feature): Support {
  const reason = noYaml[feature] ?? noLeaseKey[feature]
  if (feature === 'link.vrf') return vrf
  if (feature === 'link.dhcp4') return dhcp4InYaml
  if (feature === 'lease.ignored-routes-inet' || feature === 'lease.ignored-routes-inet6')
    return leaseRoutesInYaml
  if (reason !== undefined) return refused(reason, DROP_IN)
  if (isLaterType(feature)) return { how: 'native', since: LATER_TYPES }
  return native
}

function inManagerYaml(feature: Feature): Support {
  if (feature === 'rule.lasting') return goesWithLinks
  const reason = noProfile[feature] ?? noYaml[feature]
  if (reason !== undefined) return refused(reason, DISPATCHER)
  switch (feature) {
    case 'rule.from':
    case 'rule.to':
    case 'rule.fwmark':
      return { how: 'native', since: RULES_IN_PROFILES }
    case 'route.device':
      return { how: 'native', since: '0.106' }
    case 'link.optional':
      return optionalLink
    case 'link.vrf':
      return vrf
    default:
      return native
  }
}

const goesWithLinks: Support = {
  how: 'partial',
  reason:
    'a profile’s rules go with the last link that has them; leave out `beyond-yaml: refuse`, and a script keeps the rule',
}

const ruleInProfiles: Support = {
  how: 'native',
  note: `\`routing-policy\` of each link that has its family, since netplan ${RULES_IN_PROFILES}; a rule that also needs what is a hook here is in the dispatcher script as a whole`,
}

const TOO_OLD = `before ${RULES_IN_PROFILES} netplan drops rules with NetworkManager, and a script that has the rules has the routes too`

/** Features with a key that netplan does not write into a profile, or that NetworkManager reads in another way. */
const noProfile: Readonly<Partial<Record<Feature, string>>> = {
  'rule.tos': 'netplan writes the number in decimal, NetworkManager reads it as hexadecimal',
  'rule.lasting': 'a profile’s rules go with the last link that has them',
  'route.unreachable': UNICAST_ONLY,
  'route.prohibit': UNICAST_ONLY,
  'route.blackhole': UNICAST_ONLY,
  'route.throw': UNICAST_ONLY,
  'route.local': UNICAST_ONLY,
}

/** The script has what profiles cannot have; before netplan writes rules into profiles, all rules and routes. */
function withDispatcher({ netplan }: NetplanSettings): (feature: Feature) => Support {
  const hasProfileRules = isAtLeast(netplan, RULES_IN_PROFILES)
  return (feature) => {
    if (feature === 'link.vrf') return vrf
    if (feature === 'link.optional') return optionalLink
    const isRouting = /^(?:manage|rule|route)\./.test(feature)
    if (isRouting && !hasProfileRules) return { how: 'hook', why: TOO_OLD }
    const why = noProfile[feature] ?? noYaml[feature]
    if (why !== undefined) return { how: 'hook', why }
    return inRoutingPolicy.has(feature) ? ruleInProfiles : native
  }
}
