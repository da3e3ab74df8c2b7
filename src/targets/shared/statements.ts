// Rules and routes as data of the programs: statements in words of ip(8), which templates/programs describes.
import { familyFlag } from '../../kernel/family.js'
import type { KernelState, Origin } from '../../plan/plan.js'
import { line, type Block, type Line } from '../../render/views.js'
import { routeTokens, ruleTokens } from '../../syntax/iproute2.js'
import { groupByComment } from './group-by-comment.js'

/** First words. read-statements.ts reads each. */
export const statementKinds = [
  ...(['sysctl', 'create', 'link', 'primary', 'external', 'address', 'route', 'rule'] as const),
  ...(['static', 'lease', 'multipath'] as const),
] as const

export type Statement = readonly [kind: (typeof statementKinds)[number], ...words: (string | number)[]]

export const statement = (words: Statement, ...origins: readonly Origin[]): Line =>
  line(words.join(' '), ...origins)

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
