// Text of a trace: the answer first, then each rule that was evaluated.
import type { Path } from '../../diagnostics/diagnostic.js'
import { formatLine, lineCell, type SourceLine } from '../../diagnostics/source-line.js'
import type { Packet, TraceStep } from '../../lookup/lookup.js'
import type { Trace } from '../../lookup/trace.js'
import type { Unknown } from '../../lookup/unknowns.js'
import { summarizeAnswerWithHops } from '../../lookup/format-answer.js'
import { commentOf, formatOrigin, isDescribed } from '../../plan/origin.js'
import type { KernelPlan, Origin } from '../../plan/plan.js'
import { formatPacket } from '../../syntax/route-get.js'
import { outcomeText, routeText, ruleText, tableName, formatUnknown } from '../../syntax/trace-format.js'
import { columns } from '../format/columns.js'
import type { Explanation } from '../../lookup/explain.js'

export interface TraceFormat {
  readonly plan: KernelPlan
  readonly lineOf: (path: Path) => SourceLine
  /** Shows each rule that does not match, however many there are in a row. */
  readonly all: boolean
  /** One line for each packet. */
  readonly brief: boolean
}

export const formatExplanation = (explanations: readonly Explanation[], format: TraceFormat): string =>
  format.brief
    ? briefText(explanations, format)
    : explanations.map((one) => traceText(one, format)).join('\n')

/** A block for one packet: the answer with its rule and route, notes, and the rules in order. */
function traceText({ trace, unknown, notes }: Explanation, format: TraceFormat): string {
  const { plan, lineOf } = format
  const verdict = summarizeAnswerWithHops(plan, trace)
  const last = decisive(trace)
  const grounds =
    last === undefined
      ? []
      : [
          ['rule', `${last.rule.pref}: ${ruleText(plan, last.rule)}`, ...whence(last.rule.origin, lineOf)],
          ...('route' in last
            ? [
                [
                  'route',
                  `${routeText(last.route)} in table ${tableName(plan, last.route.table)}`,
                  ...whence(last.route.origin, lineOf),
                ],
              ]
            : []),
        ]
  const lines = [
    formatPacket(trace.packet),
    ...(unknown.length === 0
      ? [`  ${verdict}`]
      : [
          ...unknown.map((one) => `  unknown from here: ${formatFix(plan, one, lineOf)}`),
          `  without that lease it ${verdict}`,
        ]),
    ...columns(grounds).map((line) => `  ${line}`),
    ...notes.map((remark) => `  note: ${remark}`),
    '',
    ...columns([['', 'PREF', 'RULE', 'OUTCOME', 'LINE'], ...stepRows(trace, format)]).map(
      (line) => `  ${line}`,
    ),
  ]
  return lines.map((line) => `${line.trimEnd()}\n`).join('')
}

/** The step with the answer; undefined if no rule has one. */
function decisive({ steps, answer }: Trace): TraceStep | undefined {
  return answer.kind === 'none' || answer.kind === 'onlink' ? undefined : steps.at(-1)
}

/** With the option that provides the lease. */
const formatFix = (plan: KernelPlan, unknown: Unknown, lineOf: (path: Path) => SourceLine): string =>
  `${formatUnknown(plan, unknown, lineOf(unknown.origin.path))}; fix: --lease '${unknown.link}=ADDRESS/LENGTH,via ROUTER', or ${unknown.link}=none`

/** Line and reason; rules of the kernel itself have no line. */
const whence = (origin: Origin, lineOf: (path: Path) => SourceLine): readonly string[] => [
  isDescribed(origin) ? formatLine(lineOf(origin.path)) : '-',
  commentOf(origin),
]

/** How many rules of a long run without match are shown at its ends; `most` is the longest run that is shown in full. */
const SHOWN = { first: 3, last: 2, most: 12 }

function stepRows({ packet, steps }: Trace, format: TraceFormat): readonly (readonly string[])[] {
  const rows: (readonly string[])[] = []
  const show = (shown: readonly TraceStep[]) => {
    rows.push(...shown.map((step) => stepRow(step, packet, format)))
  }
  for (let index = 0; index < steps.length;) {
    const end = steps.findIndex((step, place) => place >= index && step.outcome !== 'passed')
    const run = steps.slice(index, end === -1 ? undefined : end)
    if (run.length > SHOWN.most && !format.all) {
      const hidden = run.slice(SHOWN.first, -SHOWN.last)
      const [from, to] = [hidden[0]?.rule.pref ?? 0, hidden.at(-1)?.rule.pref ?? 0]
      show(run.slice(0, SHOWN.first))
      rows.push(['', '…', `${hidden.length} more, ${from} to ${to}`, 'do not match; --all shows them', ''])
      show(run.slice(-SHOWN.last))
    } else show(run)
    index += run.length + 1
    show(steps.slice(index - 1, index))
  }
  return rows
}

function stepRow(step: TraceStep, packet: Packet, { plan, lineOf }: TraceFormat): readonly string[] {
  const { rule, outcome } = step
  const isLast = outcome === 'answered' || outcome === 'refused'
  return [
    isLast ? '>' : '',
    String(rule.pref),
    ruleText(plan, rule),
    outcomeText(step, packet),
    isDescribed(rule.origin) ? lineCell(lineOf(rule.origin.path)) : '-',
  ]
}

/** A line for each packet: the packet, the answer, and the rule with its line. */
function briefText(explanations: readonly Explanation[], { plan, lineOf }: TraceFormat): string {
  const rows = explanations.map(({ trace, unknown, notes }) => {
    const last = decisive(trace)
    // Rules of the kernel itself have no line; then that of the route is shown.
    const origins =
      last === undefined ? [] : [last.rule.origin, ...('route' in last ? [last.route.origin] : [])]
    const origin = origins.find(isDescribed)
    return [
      formatPacket(trace.packet),
      unknown.length === 0
        ? summarizeAnswerWithHops(plan, trace)
        : `unknown from here: ${unknown.map(({ link }) => `the lease of ${link}`).join(', ')}`,
      origin === undefined ? '' : `${formatLine(lineOf(origin.path))}: ${formatOrigin(origin)}`,
      notes.length === 0 ? '' : '*',
    ]
  })
  const isNoted = explanations.some(({ notes }) => notes.length > 0)
  return [...columns(rows), ...(isNoted ? ['* has a note; leave --brief out to see it'] : [])]
    .map((line) => `${line.trimEnd()}\n`)
    .join('')
}
