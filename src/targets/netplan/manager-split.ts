// Which rules and routes NetworkManager's profiles hold, written as netplan's YAML, and which the dispatcher script installs.
import type { Family } from '../../kernel/family.js'
import { containsAddress, isHostPrefix } from '../../kernel/prefix.js'
import { lastingRules, managedLinks } from '../../plan/lasting-rules.js'
import { owningLink } from '../../plan/route-owner.js'
import type { KernelPlan, PlannedLink, Route, Rule } from '../../plan/plan.js'
import { hasFamily } from '../shared/networkmanager/keyfile.js'
import type { Share } from '../shared/networkmanager/dispatcher.js'
import { neededLinks } from '../shared/route-dependencies.js'
import { isAtLeast } from '../version.js'
import type { NetplanSettings } from './settings.js'
import { yamlProblem } from './yaml-routes.js'
import { ruleProblem } from './yaml-rules.js'

/** netplan writes rules into profiles since then; before it drops them without a message. */
export const RULES_IN_PROFILES = '1.1.2'

/** write_routes_nm in netplan’s src/nm.c. */
export const UNICAST_ONLY = 'with NetworkManager netplan takes unicast routes only'

export interface Split {
  readonly profiles: Share
  readonly script: Share
}

const NOTHING: Share = { rules: [], routes: [] }

export function splitPlan(plan: KernelPlan, settings: NetplanSettings): Split {
  if (settings.beyond === 'dispatcher' && !isAtLeast(settings.netplan, RULES_IN_PROFILES))
    return { profiles: NOTHING, script: plan.state }
  const links = managedLinks(plan)
  const lasting = settings.beyond === 'refuse' ? new Set<Rule>() : lastingRules(plan)
  const rules = plan.state.rules.filter(
    (rule) =>
      ruleProblem(rule, settings.renderer) === undefined &&
      !lasting.has(rule) &&
      links.some((link) => carries(link, rule, links)),
  )
  const routes = plan.state.routes.filter((route) => routeProblem(route, plan, links, settings) === undefined)
  return {
    profiles: { rules, routes },
    script: {
      rules: plan.state.rules.filter((rule) => !rules.includes(rule)),
      routes: plan.state.routes.filter((route) => !routes.includes(route)),
    },
  }
}

/** netplan writes routes and rules of a family only into a profile with an address or a DHCP client of it (write_routes_nm). */
function hasProfileFamily(link: PlannedLink, family: Family): boolean {
  if (hasFamily(link, family)) return true
  if (family === 'inet') return link.lease?.dhcp4 === true
  return link.lease?.dhcp6 === true || link.nameservers.addresses.some((server) => server.family === 'inet6')
}

/** Why a route cannot be in the profile of its link. */
export function routeProblem(
  route: Route,
  plan: KernelPlan,
  links: readonly PlannedLink[],
  settings: NetplanSettings,
): string | undefined {
  const problem = yamlProblem(route, settings)
  if (problem !== undefined) return problem
  if (route.type !== 'unicast') return UNICAST_ONLY
  const owner = links.find(({ name }) => name === owningLink(route))
  if (owner === undefined) return 'netplan writes no profile for the link of this route'
  if (!hasProfileFamily(owner, route.family))
    return `netplan leaves routes of this family out of the profile of ${owner.name}, which has no address of it`
  const isOther = neededLinks(route, plan).some((name) => !links.some((link) => link.name === name))
  return isOther ? 'the link that has its source address is another program’s' : undefined
}

/**
 * NetworkManager has no profile that outlives every link, but keeps a rule as long as one profile with it is up. So a
 * rule is in the profiles of all links that have its family; a reply rule is in the profile of the link that has the
 * address. Not in a profile of lo: `netplan apply` takes that down, with 127.0.0.1, and activates it last of all.
 */
export function carries(link: PlannedLink, rule: Rule, links: readonly PlannedLink[]): boolean {
  if (!hasProfileFamily(link, rule.family)) return false
  const owners = links.filter((one) => isReplyOf(one, rule))
  return owners.length === 0 || owners.includes(link)
}

function isReplyOf(link: PlannedLink, { selector }: Rule): boolean {
  const { from } = selector
  if (from === undefined || selector.not === true || !isHostPrefix(from)) return false
  return link.addresses.some(({ address }) => containsAddress(from, address))
}
