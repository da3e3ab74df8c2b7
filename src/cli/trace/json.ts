// JSON of a trace, as src/cli/json/trace.ts describes it.
import type { Path } from '../../diagnostics/diagnostic.js'
import type { Answer } from '../../lookup/lookup.js'
import { mismatchText } from '../../lookup/mismatch-text.js'
import type { Rule } from '../../plan/plan.js'
import { formatTable } from '../../syntax/iproute2.js'
import { nexthopDocument, originDocument, routeDocument, ruleDocument } from '../../syntax/plan-document.js'
import { formatAnswer, formatPacket } from '../../syntax/route-get.js'
import { jsonText } from '../json/document.js'
import type { Explanation } from '../../lookup/explain.js'

export const traceJson = (
  file: string,
  explanations: readonly Explanation[],
  lineOf: (path: Path) => number,
): string => jsonText({ version: 1, file, packets: explanations.map((one) => packetDocument(one, lineOf)) })

function packetDocument({ trace, unknown, notes }: Explanation, lineOf: (path: Path) => number) {
  const { packet, steps, answer, gateways } = trace
  const { dst, src, ...rest } = packet
  const ruleOf = (rule: Rule) => ({ ...ruleDocument(rule), ...originDocument(rule.origin, lineOf) })
  return {
    packet: {
      text: formatPacket(packet),
      ...rest,
      dst: dst.text,
      src: src?.text,
    },
    answer: answerDocument(answer),
    gateways,
    ...(unknown.length === 0
      ? {}
      : {
          unknown: unknown.map(({ origin, ...one }) => ({
            ...one,
            ...('table' in one ? { table: formatTable(one.table) } : {}),
            ...originDocument(origin, lineOf),
          })),
        }),
    ...(notes.length === 0 ? {} : { notes }),
    steps: steps.map((step) => {
      const why = mismatchText(step, packet)
      return {
        rule: ruleOf(step.rule),
        outcome: step.outcome,
        why,
        ...('route' in step
          ? { route: { ...routeDocument(step.route), ...originDocument(step.route.origin, lineOf) } }
          : {}),
      }
    }),
  }
}

/** Rule and route of the answer are in the last step. */
const answerDocument = (answer: Answer) => ({
  kind: answer.kind,
  text: formatAnswer(answer),
  ...(answer.kind === 'reject' ? { type: answer.type } : {}),
  ...(answer.kind === 'route'
    ? { table: formatTable(answer.table), nexthops: answer.nexthops.map(nexthopDocument) }
    : {}),
  ...(answer.kind === 'onlink' ? { dev: answer.dev } : {}),
})
