// A trace for a person's eyes: the answer first, then each rule that was asked.
import type { Path } from '../../diagnostics/diagnostic.js'
import type { Packet, TraceStep } from '../../lookup/lookup.js'
import type { Trace } from '../../lookup/trace.js'
import type { Unknown } from '../../lookup/unknowns.js'
import { summarizeAnswerWithHops } from '../../lookup/format-answer.js'
import type { KernelPlan, Origin } from '../../plan/plan.js'
import { formatPacket } from '../../syntax/route-get.js'
import {
  outcomeText,
  routeText,
  ruleText,
  tableName,
  formatUnknown,
  formatAssumption,
} from '../../syntax/trace-format.js'
import { columns } from '../format/columns.js'
import type { Explanation } from '../../lookup/explain.js'

export interface Telling {
  readonly plan: KernelPlan
  readonly lineOf: (path: Path) => number
  /** Each rule that does not take the packet, however many stand in a row. */
  readonly all: boolean
  /** One line for each packet. */
  readonly brief: boolean
}

/** All that the command prints for a person. */
export const formatExplanation = (told: readonly Explanation[], telling: Telling): string =>
  telling.brief ? briefText(told, telling) : told.map((one) => traceText(one, telling)).join('\n')

/** A block for the packet: what becomes of it, by which rule and route, what to bear in mind, and the rules in order. */
function traceText({ trace, unknown, notes }: Explanation, telling: Telling): string {
  const { plan, lineOf } = telling
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
          `  ${formatAssumption(unknown)} it ${verdict}`,
        ]),
    ...columns(grounds).map((line) => `  ${line}`),
    ...notes.map((remark) => `  note: ${remark}`),
    '',
    ...columns([['', 'PREF', 'RULE', 'WHAT CAME OF IT', 'LINE'], ...stepRows(trace, telling)]).map(
      (line) => `  ${line}`,
    ),
  ]
  return lines.map((line) => `${line.trimEnd()}\n`).join('')
}

/** The step that gave the answer; none where no rule had one. */
function decisive({ steps, answer }: Trace): TraceStep | undefined {
  return answer.kind === 'none' || answer.kind === 'onlink' ? undefined : steps.at(-1)
}

/** With how it can be told. */
function formatFix(plan: KernelPlan, unknown: Unknown, lineOf: (path: Path) => number): string {
  const text = formatUnknown(plan, unknown, lineOf(unknown.origin.path))
  return unknown.kind === 'vrf'
    ? text
    : `${text}; tell it: --lease '${unknown.link}=ADDRESS/LENGTH,via ROUTER', or ${unknown.link}=none`
}

/** Where it stands and what it serves; the kernel's own stands nowhere. */
function whence(origin: Origin, lineOf: (path: Path) => number): readonly string[] {
  const why = origin.comment === undefined ? origin.reason : `${origin.reason}: ${origin.comment}`
  return [origin.path.length === 0 ? '-' : `line ${lineOf(origin.path)}`, why]
}

/** Of rules in a row that do not match so many are shown at its ends, where there are more than a screen is good for. */
const SHOWN = { first: 3, last: 2, most: 12 }

function stepRows({ packet, steps }: Trace, telling: Telling): readonly (readonly string[])[] {
  const rows: (readonly string[])[] = []
  for (let index = 0; index < steps.length;) {
    const end = steps.findIndex((step, place) => place >= index && step.outcome !== 'passed')
    const run = steps.slice(index, end === -1 ? undefined : end)
    const hidden = run.slice(SHOWN.first, -SHOWN.last)
    if (run.length > SHOWN.most && !telling.all) {
      const [from, to] = [hidden[0]?.rule.pref ?? 0, hidden.at(-1)?.rule.pref ?? 0]
      rows.push(
        ...run.slice(0, SHOWN.first).map((step) => stepRow(step, packet, telling)),
        ['', '…', `${hidden.length} more, ${from} to ${to}`, 'do not match; --all shows them', ''],
        ...run.slice(-SHOWN.last).map((step) => stepRow(step, packet, telling)),
      )
    } else rows.push(...run.map((step) => stepRow(step, packet, telling)))
    index += run.length
    const step = steps[index]
    if (step !== undefined) rows.push(stepRow(step, packet, telling))
    index++
  }
  return rows
}

function stepRow(step: TraceStep, packet: Packet, { plan, lineOf }: Telling): readonly string[] {
  const { rule, outcome } = step
  const isLast = outcome === 'answered' || outcome === 'refused'
  return [
    isLast ? '>' : '',
    String(rule.pref),
    ruleText(plan, rule),
    outcomeText(step, packet),
    rule.origin.path.length === 0 ? '-' : String(lineOf(rule.origin.path)),
  ]
}

/** A line for each packet: its words, where it goes, and the rule with its line. */
function briefText(told: readonly Explanation[], { plan, lineOf }: Telling): string {
  const rows = told.map(({ trace, unknown, notes }) => {
    const last = decisive(trace)
    // Rules of the kernel’s own stand nowhere, but the route does.
    const origins =
      last === undefined ? [] : [last.rule.origin, ...('route' in last ? [last.route.origin] : [])]
    const origin = origins.find(({ path }) => path.length > 0)
    return [
      formatPacket(trace.packet),
      unknown.length === 0
        ? summarizeAnswerWithHops(plan, trace)
        : `unknown from here: ${unknown.map(({ link, kind }) => `the ${kind === 'lease' ? 'lease' : 'VRF'} of ${link}`).join(', ')}`,
      origin === undefined ? '' : `line ${lineOf(origin.path)}: ${origin.reason}`,
      notes.length === 0 ? '' : '*',
    ]
  })
  const isNoted = told.some(({ notes }) => notes.length > 0)
  return [...columns(rows), ...(isNoted ? ['* there is a note on it, which is shown without --brief'] : [])]
    .map((line) => `${line.trimEnd()}\n`)
    .join('')
}
