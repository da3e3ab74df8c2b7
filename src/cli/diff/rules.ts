// Which rules differ? Those of which nothing but the preference does are told in short.
import type { Change } from '../../diff/difference.js'
import { familyName } from '../../kernel/family.js'
import type { KernelPlan, Rule } from '../../plan/plan.js'
import { byFamily, changesOf, whyOf, type StateLine } from './state-lines.js'
import type { Sides } from './inputs.js'
import { countOf } from '../runtime/findings.js'
import { ruleText } from '../../syntax/trace-format.js'

/** The old plan, and the new one as its state is told. */
export type Plans = Readonly<Record<'-' | '+', KernelPlan>>

/** Of rules that only got another number so many are told one by one. */
const FEW = 3

export function ruleLines(
  changes: readonly Change<Rule>[],
  plans: Plans,
  sides: Sides,
): readonly StateLine[] {
  const renumbered = changes.flatMap((change) =>
    change.kind === 'moved' && change.isRenumbered === true ? [change] : [],
  )
  const others = changes.filter((change) => !(change.kind === 'moved' && change.isRenumbered === true))
  const told = renumbered.length > FEW ? [] : renumbered
  return [
    ...byFamily(changesOf(sides)(others, (rule, sign) => ruleCells(rule, plans[sign]))),
    ...told.map(({ before, after }): StateLine => ({
      sign: '~',
      cells: [
        familyName(after.family),
        `pref ${before.pref} is now ${after.pref}: ${ruleText(plans['+'], after)}`,
      ],
      why: whyOf(after.origin, sides.after),
    })),
    ...(told.length === renumbered.length ? [] : [renumberedLine(renumbered)]),
  ]
}

function renumberedLine(moves: readonly { readonly before: Rule; readonly after: Rule }[]): StateLine {
  const span = (prefs: readonly number[]): string => `${Math.min(...prefs)}…${Math.max(...prefs)}`
  const from = span(moves.map(({ before }) => before.pref))
  const to = span(moves.map(({ after }) => after.pref))
  const rules = countOf(moves.length, 'rule')
  return {
    sign: '~',
    cells: [],
    why: `${rules} only get another pref, in the same order: ${from} are now ${to}`,
  }
}

const ruleCells = (rule: Rule, plan: KernelPlan): readonly string[] => [
  familyName(rule.family),
  `pref ${rule.pref} ${ruleText(plan, rule)}`,
]
