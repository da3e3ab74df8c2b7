// JSON of a trace, as src/cli/json/trace.ts describes it.
import type { Path } from '../../diagnostics/diagnostic.js'
import type { SourceLine } from '../../diagnostics/source-line.js'
import type { Answer } from '../../lookup/lookup.js'
import { mismatchText } from '../../lookup/mismatch-text.js'
import { formatTable } from '../../syntax/iproute2.js'
import { nexthopDocument, originDocument, routeDocument, ruleDocument } from '../../syntax/plan-document.js'
import { formatAnswer, formatPacket } from '../../syntax/route-get.js'
import { jsonText, withOrigin } from '../json/document.js'
import type { Explanation } from '../../lookup/explain.js'

export const traceJson = (
  file: string,
  explanations: readonly Explanation[],
  lineOf: (path: Path) => SourceLine,
): string => jsonText({ version: 1, file, packets: explanations.map((one) => packetDocument(one, lineOf)) })

function packetDocument({ trace, unknown, notes }: Explanation, lineOf: (path: Path) => SourceLine) {
  const { packet, steps, answer, gateways } = trace
  const { dst, src, ...rest } = packet
  return {
    packet: { text: formatPacket(packet), ...rest, dst: dst.text, src: src?.text },
    answer: answerDocument(answer),
    gateways,
    unknown:
      unknown.length === 0
        ? undefined
        : unknown.map(({ origin, ...one }) => ({
            ...one,
            table: formatTable(one.table),
            ...originDocument(origin, lineOf),
          })),
    notes: notes.length === 0 ? undefined : notes,
    steps: steps.map((step) => ({
      rule: withOrigin(step.rule, lineOf, ruleDocument),
      outcome: step.outcome,
      why: mismatchText(step, packet),
      route: 'route' in step ? withOrigin(step.route, lineOf, routeDocument) : undefined,
    })),
  }
}

/** Rule and route of the answer are in the last step. */
const answerDocument = (answer: Answer) => ({
  kind: answer.kind,
  text: formatAnswer(answer),
  type: answer.kind === 'reject' ? answer.type : undefined,
  table: answer.kind === 'route' ? formatTable(answer.table) : undefined,
  nexthops: answer.kind === 'route' ? answer.nexthops.map(nexthopDocument) : undefined,
  dev: answer.kind === 'onlink' ? answer.dev : undefined,
})
