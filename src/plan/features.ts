// Which of the kernel's abilities a plan makes use of, and where: what each target's record is held against.
import type { Path } from '../diagnostics/diagnostic.js'
import { RT_TABLE_MAIN } from '../kernel/table.js'
import { WHOLE_MARK } from '../kernel/fwmark.js'
import type { KernelPlan, Nexthop, PlannedLink, Route, Rule } from './plan.js'

export const features = [
  'manage.routing',
  'link.address',
  'link.mtu',
  'link.mac',
  'link.nameservers',
  'link.optional',
  'link.foreign',
  'rule.from',
  'rule.to',
  'rule.not',
  'rule.iif',
  'rule.oif',
  'rule.fwmark',
  'rule.fwmark-mask',
  'rule.fwmark-zero',
  'rule.tos',
  'rule.ipproto',
  'rule.sport',
  'rule.dport',
  'rule.uidrange',
  'rule.suppress-prefixlength',
  'rule.goto',
  'rule.unreachable',
  'rule.prohibit',
  'rule.blackhole',
  'route.table',
  'route.metric',
  'route.src',
  'route.src-inet6',
  'route.onlink',
  'route.device',
  'route.mtu',
  'route.multipath-inet',
  'route.multipath-inet6',
  'route.unreachable',
  'route.prohibit',
  'route.blackhole',
  'route.throw',
  'route.local',
  'table.name',
  'sysctl',
] as const

export type Feature = (typeof features)[number]

export interface FeatureUse {
  readonly feature: Feature
  readonly path: Path
}

/** What a feature is, in words for the matrix and the docs. */
export const featureTitles: Readonly<Record<Feature, string>> = {
  'manage.routing': 'only routing, beside someone else’s addressing (`manage: routing`)',
  'link.address': 'addresses of links',
  'link.mtu': 'a link’s mtu',
  'link.mac': 'a link’s MAC address',
  'link.nameservers': 'name servers and search domains of a link',
  'link.optional': 'a link that boot does not wait for',
  'link.foreign': 'a link that another program makes (`manage: routing` on the link)',
  'rule.from': 'rule: from',
  'rule.to': 'rule: to',
  'rule.not': 'rule: not',
  'rule.iif': 'rule: iif',
  'rule.oif': 'rule: oif',
  'rule.fwmark': 'rule: fwmark',
  'rule.fwmark-mask': 'rule: fwmark with a mask',
  'rule.fwmark-zero': 'rule: fwmark 0 with a mask (unmarked packets)',
  'rule.tos': 'rule: tos',
  'rule.ipproto': 'rule: ipproto',
  'rule.sport': 'rule: sport',
  'rule.dport': 'rule: dport',
  'rule.uidrange': 'rule: uidrange',
  'rule.suppress-prefixlength': 'rule: suppress_prefixlength',
  'rule.goto': 'rule: goto',
  'rule.unreachable': 'rule: unreachable',
  'rule.prohibit': 'rule: prohibit',
  'rule.blackhole': 'rule: blackhole',
  'route.table': 'route in another table than main',
  'route.metric': 'route: metric',
  'route.src': 'route: src, IPv4',
  'route.src-inet6': 'route: src, IPv6',
  'route.onlink': 'route: onlink next hop',
  'route.device': 'route without next hop (device route)',
  'route.mtu': 'route: mtu',
  'route.multipath-inet': 'multipath route with weights, IPv4',
  'route.multipath-inet6': 'multipath route with weights, IPv6',
  'route.unreachable': 'route type unreachable (closing routes)',
  'route.prohibit': 'route type prohibit',
  'route.blackhole': 'route type blackhole',
  'route.throw': 'route type throw',
  'route.local': 'route type local',
  'table.name': 'names of tables',
  sysctl: 'sysctls',
}

/** Every use, in the plan's order; each feature may come many times. */
export function featuresOf(plan: KernelPlan): readonly FeatureUse[] {
  const uses: FeatureUse[] = []
  const use = (path: Path, ...used: readonly Feature[]) => {
    for (const feature of used) uses.push({ feature, path })
  }
  if (plan.manage === 'routing') use(['manage'], 'manage.routing')
  for (const link of plan.links) use(link.origin.path, ...featuresOfLink(link, plan.manage))
  for (const table of plan.tables) use(table.origin.path, 'table.name')
  for (const route of plan.routes) use(route.origin.path, ...featuresOfRoute(route))
  for (const rule of plan.rules) use(rule.origin.path, ...featuresOfRule(rule))
  for (const sysctl of plan.sysctls) use(sysctl.origin.path, 'sysctl')
  return uses
}

function featuresOfLink(link: PlannedLink, manage: KernelPlan['manage']): readonly Feature[] {
  const used: Feature[] = []
  if (manage === 'routing') return used
  if (link.manage === 'routing') return ['link.foreign']
  if (link.addresses.length > 0) used.push('link.address')
  if (link.mtu !== undefined) used.push('link.mtu')
  if (link.mac !== undefined) used.push('link.mac')
  if (link.nameservers.addresses.length > 0 || link.nameservers.search.length > 0)
    used.push('link.nameservers')
  if (link.optional) used.push('link.optional')
  return used
}

function featuresOfRoute(route: Route): readonly Feature[] {
  const used: Feature[] = []
  if (route.table !== RT_TABLE_MAIN) used.push('route.table')
  if (route.metric !== undefined) used.push('route.metric')
  if (route.prefsrc !== undefined) used.push(route.family === 'inet' ? 'route.src' : 'route.src-inet6')
  if (route.mtu !== undefined) used.push('route.mtu')
  if (route.type !== 'unicast') used.push(`route.${route.type}`)
  if (route.nexthops.length > 1)
    used.push(route.family === 'inet' ? 'route.multipath-inet' : 'route.multipath-inet6')
  if (route.nexthops.some((nexthop: Nexthop) => nexthop.onlink === true)) used.push('route.onlink')
  if (route.type === 'unicast' && route.nexthops.some((nexthop) => nexthop.via === undefined))
    used.push('route.device')
  return used
}

function featuresOfRule({ selector, action }: Rule): readonly Feature[] {
  const used: Feature[] = []
  if (selector.from !== undefined) used.push('rule.from')
  if (selector.to !== undefined) used.push('rule.to')
  if (selector.not === true) used.push('rule.not')
  if (selector.iif !== undefined) used.push('rule.iif')
  if (selector.oif !== undefined) used.push('rule.oif')
  if (selector.fwmark !== undefined) {
    used.push('rule.fwmark')
    if (selector.fwmark.mask !== WHOLE_MARK) used.push('rule.fwmark-mask')
    if (selector.fwmark.value === 0) used.push('rule.fwmark-zero')
  }
  if (selector.tos !== undefined) used.push('rule.tos')
  if (selector.ipproto !== undefined) used.push('rule.ipproto')
  if (selector.sport !== undefined) used.push('rule.sport')
  if (selector.dport !== undefined) used.push('rule.dport')
  if (selector.uidrange !== undefined) used.push('rule.uidrange')
  if (action.type === 'lookup') {
    if (action.suppressPrefixlength !== undefined) used.push('rule.suppress-prefixlength')
  } else used.push(`rule.${action.type}`)
  return used
}
