// Rules and routes as data of the programs: statements in words of ip(8), which templates/programs describes.
import { familyFlag } from '../../kernel/family.js'
import type { KernelState, Origin } from '../../plan/plan.js'
import { line, type Block, type Line } from '../../render/views.js'
import { routeTokens, ruleTokens } from '../../syntax/iproute2.js'
import { groupByComment } from './group-by-comment.js'

export const statement = (words: readonly string[], origin: Origin): Line => line(words.join(' '), origin)

/** Rules by pref, so that the IPv4 and the IPv6 form of a rule are neighbours; then routes in their order. */
export const ruleAndRouteBlocks = ({
  rules,
  routes,
}: Pick<KernelState, 'rules' | 'routes'>): readonly Block[] => [
  ...groupByComment(
    rules
      .toSorted((a, b) => a.pref - b.pref)
      .map((rule) => statement(['rule', familyFlag(rule.family), ...ruleTokens(rule)], rule.origin)),
  ),
  ...groupByComment(
    routes.map((route) =>
      statement(['route', familyFlag(route.family), ...routeTokens(route)], route.origin),
    ),
  ),
]
