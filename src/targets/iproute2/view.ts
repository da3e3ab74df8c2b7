// Plan as the data of multihome-plan: statements in words of ip(8), which templates/programs describes.
import { familyFlag } from '../../kernel/family.js'
import { formatPrefix } from '../../kernel/prefix.js'
import { asStored } from '../../kernel/rule.js'
import { formatSysctlKey } from '../../kernel/sysctl.js'
import type { Intent, KernelPlan, PlannedLink } from '../../plan/plan.js'
import type { Block, Line } from '../../render/views.js'
import { routeTokens, ruleTokens, virtualLinkTokens } from '../../syntax/iproute2.js'
import { installedRoutes } from '../shared/deferred-routes.js'
import { groupByComment } from '../shared/group-by-comment.js'
import { statement, type Statement } from '../shared/statements.js'

/** Sysctls, links with each virtual one after the links below it, routes with networks before the gateways in them, rules. */
export const planBlocks = (plan: KernelPlan): readonly Block[] => [
  ...groupByComment(
    plan.state.sysctls.map(({ key, value, origin }) =>
      statement(['sysctl', formatSysctlKey(key), value], origin),
    ),
  ),
  ...groupByComment(
    plan.state.links.flatMap(({ name, managed, virtual, origin }) =>
      managed && virtual !== undefined
        ? [statement(['create', name, ...virtualLinkTokens(virtual)], origin)]
        : [],
    ),
  ),
  ...groupByComment(plan.state.links.flatMap((link) => linkLines(link, plan.intent.manage))),
  ...groupByComment(
    installedRoutes(plan).map((route) =>
      statement(['route', familyFlag(route.family), ...routeTokens(route)], route.origin),
    ),
  ),
  ...groupByComment(
    plan.state.rules.map((rule) => {
      const stored = { ...rule, selector: asStored(rule.selector) }
      return statement(['rule', familyFlag(rule.family), ...ruleTokens(stored)], rule.origin)
    }),
  ),
]

function linkLines(link: PlannedLink, manage: Intent['manage']): readonly Line[] {
  const { name, virtual, origin } = link
  if (manage === 'routing') return [statement(['external', name], origin)]
  if (!link.managed) return []
  const settings = [
    ...(link.mac === undefined ? [] : ['address', link.mac]),
    ...(link.mtu === undefined ? [] : ['mtu', String(link.mtu)]),
    ...(link.master === undefined ? [] : ['master', link.master.link]),
  ]
  const statements: readonly Statement[] = [
    ['link', name, ...settings],
    ...(virtual?.kind === 'bond' && virtual.primary !== undefined
      ? ([['primary', virtual.primary, 'dev', name]] as const)
      : []),
    ...link.addresses.map((address): Statement => [
      'address',
      familyFlag(address.family),
      formatPrefix(address),
      'dev',
      name,
    ]),
  ]
  return statements.map((words) => statement(words, origin))
}
