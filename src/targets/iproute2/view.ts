// Plan as lines of the iproute2 script, spelled as `ip … show` prints them.
import { isDeviceRoute } from '../../plan/route.js'
import { familyFlag } from '../../kernel/family.js'
import { formatPrefix } from '../../kernel/prefix.js'
import { formatSysctlKey } from '../../kernel/sysctl.js'
import { effectiveMetric } from '../../plan/keys.js'
import { asStored } from '../../kernel/rule.js'
import type { KernelPlan, PlannedLink, Origin, Route, Intent } from '../../plan/plan.js'
import { line, type Block, type Line } from '../../render/views.js'
import { virtualLinkTokens, routeTokens, ruleTokens } from '../../syntax/iproute2.js'
import { commandLine } from '../../syntax/shell.js'
import { installedRoutes } from '../shared/deferred-routes.js'
import { groupByComment, orNothing } from '../shared/group-by-comment.js'

const command = (tokens: readonly string[], origin: Origin): Line => line(commandLine(tokens), origin)

const entriesOf = (lines: readonly Line[]): readonly Block[] => orNothing(groupByComment(lines), 'none')

export const settingEntries = (plan: KernelPlan): readonly Block[] =>
  entriesOf(
    plan.state.sysctls.map(({ key, value, origin }) =>
      command(['setting', formatSysctlKey(key), value], origin),
    ),
  )

export const virtualLinkEntries = (plan: KernelPlan): readonly Block[] =>
  entriesOf(
    plan.state.links.flatMap(({ name, managed, virtual, origin }) =>
      managed && virtual !== undefined
        ? [command(['make', name, ...virtualLinkTokens(virtual)], origin)]
        : [],
    ),
  )

export const linkEntries = (plan: KernelPlan): readonly Block[] =>
  entriesOf(plan.state.links.flatMap((link) => linkLines(link, plan.intent.manage)))

function linkLines(link: PlannedLink, manage: Intent['manage']): readonly Line[] {
  const { name, virtual, origin } = link
  if (manage === 'routing') return [command(['elsewhere', name], origin)]
  if (!link.managed) return []
  const settings = [
    ...(link.mac === undefined ? [] : ['address', link.mac]),
    ...(link.mtu === undefined ? [] : ['mtu', String(link.mtu)]),
    ...(link.master === undefined ? [] : ['master', link.master.link]),
  ]
  return [
    ['link', name, ...settings],
    ...(virtual?.kind === 'bond' && virtual.primary !== undefined
      ? [['primary', virtual.primary, name]]
      : []),
    ...link.addresses.map((address) => ['address', familyFlag(address.family), formatPrefix(address), name]),
  ].map((tokens) => command(tokens, origin))
}

export const routeEntries = (plan: KernelPlan): readonly Block[] =>
  entriesOf(
    installedRoutes(plan).map((route) =>
      command(['route', familyFlag(route.family), ...routeTokens(shownRoute(route))], route.origin),
    ),
  )

/** With the defaults of the kernel and ip(8): fib_create_info(), ip6_route_info_create(), iproute_modify(). */
function shownRoute(route: Route): Route {
  const { metric: _metric, scope: _scope, ...rest } = route
  const metric = effectiveMetric(route)
  if (route.family === 'inet6') return { ...rest, metric }
  return { ...rest, ...(metric === 0 ? {} : { metric }), ...shownScope(route) }
}

function shownScope(route: Route): Pick<Route, 'scope'> {
  const shown = route.scope ?? (route.type === 'local' ? 'host' : isDeviceRoute(route) ? 'link' : 'global')
  return shown === 'global' ? {} : { scope: shown }
}

export const ruleEntries = (plan: KernelPlan): readonly Block[] =>
  entriesOf(
    plan.state.rules.map((rule) => {
      const shown = { ...rule, selector: asStored(rule.selector) }
      return command(['rule', familyFlag(rule.family), ...ruleTokens(shown)], rule.origin)
    }),
  )

/** IPv6 sources of routes: the kernel refuses a tentative one. */
export const sourcesOf = (plan: KernelPlan): readonly string[] => [
  ...new Set(
    installedRoutes(plan).flatMap(({ family, prefsrc }) =>
      family === 'inet6' && prefsrc !== undefined ? [prefsrc.text] : [],
    ),
  ),
]
