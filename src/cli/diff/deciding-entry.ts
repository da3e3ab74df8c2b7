// What decides on a packet before and after: the rule, or the route where the rule is the same.
import type { Reroute } from '../../diff/difference.js'
import type { Answer } from '../../lookup/lookup.js'
import type { KernelPlan, Origin, Rule } from '../../plan/plan.js'
import type { Side, Sides } from './inputs.js'
import { routeText, ruleText, tableName } from '../../syntax/trace-format.js'

export interface Ground {
  /** In the words of ip(8). */
  readonly words: string
  /** Of the description; absent for what stands nowhere. */
  readonly line?: number
  /** What it serves; empty for what stands nowhere. */
  readonly why: string
}

/** Before, and after. */
export function groundsOf({ example }: Reroute, sides: Sides): readonly [Ground, Ground] {
  const { before, after, difference } = sides
  const plans = [before.plan, after.plan] as const
  const rules = [ruleOf(example.before), ruleOf(example.after)] as const
  const isSameRule =
    rules[0] !== undefined &&
    rules[1] !== undefined &&
    plainRule(plans[0], rules[0]) === plainRule(plans[1], rules[1])
  const named = (ground: Ground): Ground => ({
    ...ground,
    words: withNames(ground.words, difference.invented),
  })
  return [
    named(groundOf(example.before, plans[0], before, isSameRule)),
    named(groundOf(example.after, plans[1], after, isSameRule)),
  ]
}

function groundOf(answer: Answer, plan: KernelPlan, side: Side, isSameRule: boolean): Ground {
  const rule = ruleOf(answer)
  const route = 'route' in answer ? answer.route : undefined
  if (rule === undefined) return { words: 'no rule has an answer', why: '' }
  // A rule of the kernel’s own stands nowhere; then the route tells more.
  if (route !== undefined && (isSameRule || rule.origin.path.length === 0))
    return {
      words: `${routeText(route)} in table ${tableName(plan, route.table)}`,
      ...placed(route.origin, side),
    }
  return { words: plainRule(plan, rule), ...placed(rule.origin, side) }
}

/** `default via [the router of wan1’s lease] dev wan1`. */
const withNames = (words: string, names: ReadonlyMap<string, string>): string =>
  words
    .split(' ')
    .map((word) => (names.has(word) ? `[${names.get(word) ?? ''}]` : word))
    .join(' ')

const ruleOf = (answer: Answer): Rule | undefined => ('rule' in answer ? answer.rule : undefined)

const plainRule = (plan: KernelPlan, rule: Rule): string => `pref ${rule.pref} ${ruleText(plan, rule)}`

const placed = ({ path, reason, comment }: Origin, { lineOf }: Side) =>
  path.length === 0
    ? { why: '' }
    : { line: lineOf(path), why: `${reason}${comment === undefined ? '' : `: ${comment}`}` }
