// Live state of a host that is in sync with a plan, as read from `ip` and /proc/sys.
import { families, type Family } from '../../src/kernel/family.js'
import { hostPrefix } from '../../src/kernel/prefix.js'
import { RT_TABLE_LOCAL } from '../../src/kernel/table.js'
import { kernelRules } from '../../src/lookup/fib.js'
import { connectedRoutes } from '../../src/lookup/kernel-routes.js'
import { vrfTables } from '../../src/lookup/vrfs.js'
import { effectiveMetric, routeKey } from '../../src/plan/keys.js'
import type { KernelPlan, PlannedLink, Route, Rule } from '../../src/plan/plan.js'
import { sysctlPath } from '../../src/kernel/sysctl.js'
import { usualScope } from '../../src/verify/format-live.js'
import type { LiveLink, LiveRoute, LiveRule, LiveState } from '../../src/verify/state.js'

export function liveRule(rule: Rule, protocol = 0): LiveRule {
  const { origin: _, ...live } = rule
  return { ...live, protocol, unknownAttributes: [] }
}

export const liveVrfRule = (family: Family): LiveRule => ({
  ...{ family, pref: 1000, selector: {}, action: { type: 'l3mdev' }, protocol: 2, unknownAttributes: [] },
})

export function liveRoute(planned: Route, protocol = 3): LiveRoute {
  const { origin: _, ...route } = planned
  const scope = route.scope ?? usualScope(route)
  return {
    ...route,
    ...(scope === undefined ? {} : { scope }),
    ...(route.family === 'inet6' ? { metric: effectiveMetric(route) } : {}),
    ...{ protocol, unknownAttributes: [] },
  }
}

function liveLink({ name, mtu, mac, master, virtual, addresses }: PlannedLink): LiveLink {
  return {
    ...{ name, isUp: true, hasCarrier: true, mtu: mtu ?? 1500 },
    ...(mac === undefined ? {} : { mac }),
    ...(master === undefined ? {} : { master: master.link }),
    ...(virtual === undefined ? {} : { kind: virtual.kind }),
    ...(virtual?.kind === 'vlan' ? { parent: virtual.link, vlanId: virtual.id } : {}),
    ...(virtual?.kind === 'bond' ? { mode: virtual.mode } : {}),
    ...(virtual?.kind === 'vrf' ? { table: virtual.table } : {}),
    addresses: addresses.map((address) => ({
      ...{ address, scope: 'global', isDuplicate: false, hasRoute: true },
    })),
  }
}

/** For a plan without leases, or with its leases applied. */
export function liveStateOf(plan: KernelPlan): LiveState {
  const planned = new Set(plan.state.routes.map(routeKey))
  const connected = connectedRoutes(plan).filter((route) => !planned.has(routeKey(route)))
  const tables = vrfTables(plan.state)
  const own = plan.state.links.flatMap(({ name, addresses }) =>
    addresses.map(({ family, address }): LiveRoute => ({
      ...{ family, type: 'local', dst: hostPrefix(address), table: tables.get(name) ?? RT_TABLE_LOCAL },
      ...{ nexthops: [{ dev: name }], protocol: 2, unknownAttributes: [] },
    })),
  )
  return {
    program: 'iproute2-6.15.0',
    rules: [
      ...kernelRules.map((rule) => liveRule(rule, 2)),
      ...(tables.size === 0 ? [] : families.map(liveVrfRule)),
      ...plan.state.rules.map((rule) => liveRule(rule)),
    ].toSorted((a, b) => a.pref - b.pref),
    routes: [
      ...plan.state.routes.map((route) => liveRoute(route)),
      ...connected.map((route) => liveRoute(route, 2)),
      ...own,
    ],
    links: plan.state.links.map(liveLink),
    sysctls: Object.fromEntries([
      ...['rp_filter', 'arp_ignore', 'arp_announce'].map((name) => [
        `/proc/sys/net/ipv4/conf/all/${name}`,
        '0',
      ]),
      ...plan.state.sysctls.map(({ key, value }) => [sysctlPath(key), value]),
    ]) as Readonly<Record<string, string>>,
    closed: [],
  }
}
