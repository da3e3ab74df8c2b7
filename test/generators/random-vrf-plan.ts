// Random plans with VRFs: those of random-plan.ts, with some links as members.
import type { LinkName } from '../../src/kernel/link.js'
import { connectedRoutes, localRoutes } from '../../src/lookup/kernel-routes.js'
import { routeKey } from '../../src/plan/keys.js'
import type { KernelPlan, PlannedLink, Route, Rule } from '../../src/plan/plan.js'
import { plainLink } from '../helpers/parse-ip.js'
import { drawPlan } from './random-plan.js'
import { createRandom } from './random.js'

/** Tables of random-plan.ts, which have routes, and one that has none. */
const VRFS = [
  { name: 'red', tables: [101, 102, 300], addresses: ['172.16.9.1/32', '2001:db8:d::1/128'] },
  { name: 'blue', tables: [103, 301], addresses: [] },
] as const

export function drawVrfPlan(seed: number): KernelPlan {
  const plan = drawPlan(seed)
  const { chance, pick } = createRandom(seed + 0x10000)
  const vrfs = VRFS.slice(0, chance(0.4) ? 2 : 1).map(({ name, tables, addresses }) => ({
    link: plainLink(name, addresses),
    table: pick([...tables]) ?? 300,
  }))
  const members = new Map<LinkName, LinkName>()
  for (const { name } of plan.state.links) {
    const vrf = chance(0.5) ? pick(vrfs) : undefined
    if (vrf !== undefined) members.set(name, vrf.link.name)
  }
  const links: readonly PlannedLink[] = [
    ...plan.state.links.map((link) => {
      const vrf = members.get(link.name)
      return vrf === undefined ? link : { ...link, master: { kind: 'vrf' as const, link: vrf } }
    }),
    ...vrfs.map(({ link, table }) => ({
      ...link,
      virtual: {
        kind: 'vrf' as const,
        table,
        links: [...members].filter(([, vrf]) => vrf === link.name).map(([name]) => name),
      },
    })),
  ]
  const withLinks: KernelPlan = { ...plan, state: { ...plan.state, links } }
  // A route with one of these keys would replace the kernel's.
  const kernels = new Set([...connectedRoutes(withLinks), ...localRoutes(withLinks)].map(routeKey))
  const some = (link: LinkName): LinkName => (chance(0.3) ? (pick(vrfs)?.link.name ?? link) : link)
  // The kernel's rule for VRFs has the priority 1000, so that some come before it.
  const earlier = pick([0, 10, 100, 200]) ?? 0
  return {
    ...withLinks,
    state: {
      ...withLinks.state,
      routes: plan.state.routes
        .filter((route) => !kernels.has(routeKey(route)))
        .flatMap(installable(members)),
      rules: plan.state.rules.map((rule) => moved(withLink(rule, some), earlier)),
    },
  }
}

/** As the kernel accepts it: it looks up a `src`, and a next hop without `onlink`, in tables that do not have those of members. */
const installable =
  (members: ReadonlyMap<LinkName, LinkName>) =>
  (route: Route): readonly Route[] => {
    const overMember = route.nexthops.some(({ dev }) => members.has(dev))
    if (!overMember) return [route]
    if (route.nexthops.some(({ via, onlink }) => via !== undefined && onlink !== true)) return []
    const { prefsrc: _, ...rest } = route
    return [rest]
  }

/** Linux before 6.15 compares `oif` of a rule with no VRF, so only `iif` names one. */
function withLink(rule: Rule, some: (link: LinkName) => LinkName): Rule {
  const { iif } = rule.selector
  return iif === undefined || iif === 'lo'
    ? rule
    : { ...rule, selector: { ...rule.selector, iif: some(iif) } }
}

function moved(rule: Rule, by: number): Rule {
  const { action } = rule
  const isOwnTarget = action.type === 'goto' && action.pref < 32766
  return {
    ...rule,
    pref: rule.pref - by,
    action: isOwnTarget ? { ...action, pref: action.pref - by } : action,
  }
}
