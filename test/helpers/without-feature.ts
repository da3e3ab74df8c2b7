// Removal of a feature from a plan: the honesty test compares the outputs with and without it.
import { mapNexthops, type Nexthop, routeOf } from '../../src/plan/route.js'
import type { Family } from '../../src/kernel/family.js'
import { RT_TABLE_MAIN } from '../../src/kernel/table.js'
import { WHOLE_MARK } from '../../src/kernel/fwmark.js'
import type { VirtualLink } from '../../src/kernel/virtual-link.js'
import type { Feature } from '../../src/plan/features.js'
import { lastingRules } from '../../src/plan/lasting-rules.js'
import type {
  DynamicTable,
  KernelPlan,
  LeaseClients,
  PlannedLink,
  Route,
  Rule,
  Selector,
} from '../../src/plan/plan.js'

type Change<T> = (item: T) => T | undefined

function drop<T extends object>(item: T, ...keys: readonly (keyof T)[]): T {
  const copy = { ...item }
  for (const key of keys) delete copy[key]
  return copy
}

const selectorless =
  (...keys: readonly (keyof Selector)[]): Change<Rule> =>
  (rule) => ({ ...rule, selector: drop(rule.selector, ...keys) })

const actionless =
  (type: Rule['action']['type']): Change<Rule> =>
  (rule) =>
    rule.action.type === type ? undefined : rule

const typeless =
  (type: Route['type']): Change<Route> =>
  (route) =>
    route.type === type ? undefined : route

const rules: Partial<Record<Feature, Change<Rule>>> = {
  'rule.from': selectorless('from'),
  'rule.to': selectorless('to'),
  'rule.not': selectorless('not'),
  'rule.iif': selectorless('iif'),
  'rule.oif': selectorless('oif'),
  'rule.fwmark': selectorless('fwmark'),
  'rule.fwmark-mask': (rule) =>
    rule.selector.fwmark === undefined
      ? rule
      : { ...rule, selector: { ...rule.selector, fwmark: { ...rule.selector.fwmark, mask: WHOLE_MARK } } },
  'rule.fwmark-zero': (rule) => (rule.selector.fwmark?.value === 0 ? selectorless('fwmark')(rule) : rule),
  'rule.tos': selectorless('tos'),
  'rule.dscp': selectorless('dscp'),
  'rule.ipproto': selectorless('ipproto'),
  'rule.sport': selectorless('sport'),
  'rule.dport': selectorless('dport'),
  'rule.uidrange': selectorless('uidrange'),
  'rule.suppress-prefixlength': (rule) =>
    rule.action.type === 'lookup' ? { ...rule, action: { type: 'lookup', table: rule.action.table } } : rule,
  'rule.goto': actionless('goto'),
  'rule.unreachable': actionless('unreachable'),
  'rule.prohibit': actionless('prohibit'),
  'rule.blackhole': actionless('blackhole'),
}

const nexthops =
  (change: (nexthop: Nexthop) => Nexthop): Change<Route> =>
  (route) =>
    mapNexthops(route, change)

const single =
  (family: Route['family']): Change<Route> =>
  (route) =>
    route.family === family ? routeOf({ ...route, nexthops: route.nexthops.slice(0, 1) }) : route

const routes: Partial<Record<Feature, Change<Route>>> = {
  'route.table': (route) => (route.table === RT_TABLE_MAIN ? route : undefined),
  'route.metric': (route) => drop(route, 'metric'),
  'route.src': (route) => (route.family === 'inet' ? drop(route, 'prefsrc') : route),
  'route.src-inet6': (route) => (route.family === 'inet6' ? drop(route, 'prefsrc') : route),
  'route.onlink': nexthops((nexthop) => drop(nexthop, 'onlink')),
  'route.device': (route) =>
    route.type === 'unicast' && route.nexthops.some(({ via }) => via === undefined) ? undefined : route,
  'route.mtu': (route) => drop(route, 'mtu'),
  'route.multipath-inet': single('inet'),
  'route.multipath-inet6': single('inet6'),
  'route.unreachable': typeless('unreachable'),
  'route.prohibit': typeless('prohibit'),
  'route.blackhole': typeless('blackhole'),
  'route.throw': typeless('throw'),
  'route.local': typeless('local'),
}

const withoutVirtual =
  (kind: VirtualLink['kind']): Change<PlannedLink> =>
  (link) => {
    const withoutMaster = link.master?.kind === kind ? drop(link, 'master') : link
    return withoutMaster.virtual?.kind === kind ? drop(withoutMaster, 'virtual') : withoutMaster
  }

const managed: Change<PlannedLink> = (link) => ({ ...link, managed: true })

const links: Partial<Record<Feature, Change<PlannedLink>>> = {
  'link.address': (link) => ({ ...link, addresses: [] }),
  'link.mtu': (link) => drop(link, 'mtu'),
  'link.mac': (link) => drop(link, 'mac'),
  'link.nameservers': (link) => ({ ...link, nameservers: { addresses: [], search: [] } }),
  'link.optional': (link) => ({ ...link, optional: false }),
  'link.vlan': withoutVirtual('vlan'),
  'link.bond': withoutVirtual('bond'),
  'link.bridge': withoutVirtual('bridge'),
  'link.vrf': withoutVirtual('vrf'),
  'link.dhcp4': (link) => withoutLease(link, 'dhcp4'),
  'link.dhcp6': (link) => withoutLease(link, 'dhcp6'),
  'link.accept-ra': (link) => withoutLease(link, 'acceptRa'),
  'link.foreign': managed,
}

const withoutLease = (link: PlannedLink, client: keyof LeaseClients): PlannedLink =>
  link.lease === undefined ? link : { ...link, lease: { ...link.lease, [client]: false } }

const withoutRouter =
  (family: Family): Change<DynamicTable> =>
  (one) => ({ ...one, routers: one.routers.filter((router) => router !== family) })

/** The client installs it in main, as if `default` named the gateway. */
const installedInMain =
  (family: Family): Change<DynamicTable> =>
  (one) =>
    one.routers.includes(family) ? { ...one, installedIn: 'main', metric: 900 } : one

const dynamicTables: Partial<Record<Feature, Change<DynamicTable>>> = {
  'lease.address': () => undefined,
  'lease.router-inet': withoutRouter('inet'),
  'lease.router-inet6': withoutRouter('inet6'),
  'lease.routes': (one) => drop(one, 'leaseRoutes'),
  'lease.ignored-routes-inet': (one) => ({ ...one, leaseRoutes: true }),
  'lease.ignored-routes-inet6': (one) => ({ ...one, leaseRoutes: true }),
  'lease.apart-inet': installedInMain('inet'),
  'lease.apart-inet6': installedInMain('inet6'),
}

const each = <T>(items: readonly T[], change: Change<T> | undefined): readonly T[] =>
  change === undefined ? items : items.map(change).filter((item) => item !== undefined)

const temporaryRules = (plan: KernelPlan): readonly Rule[] => {
  const lasting = lastingRules(plan)
  return plan.state.rules.filter((rule) => !lasting.has(rule))
}

export function without(plan: KernelPlan, feature: Feature): KernelPlan {
  const isFull = feature === 'manage.routing' && plan.intent.manage === 'routing'
  return {
    intent: {
      ...plan.intent,
      manage: isFull ? 'full' : plan.intent.manage,
      tables: feature === 'table.name' ? [] : plan.intent.tables,
    },
    state: {
      links: each(plan.state.links, isFull ? managed : links[feature]),
      routes: each(plan.state.routes, routes[feature]),
      rules: feature === 'rule.lasting' ? temporaryRules(plan) : each(plan.state.rules, rules[feature]),
      sysctls: feature === 'sysctl' ? [] : plan.state.sysctls,
      connmarks: feature === 'marks.nftables' ? [] : plan.state.connmarks,
    },
    dynamic: {
      tables: each(plan.dynamic.tables, dynamicTables[feature]),
      multipaths: feature === 'lease.balance' ? [] : plan.dynamic.multipaths,
    },
  }
}
