// JSON of a difference, as src/cli/json/diff.ts describes it. JSON leaves undefined out.
import { isSame } from '../../diff/diff.js'
import type { Change, Disposition, Packets, Reroute } from '../../diff/difference.js'
import { formatFwmark } from '../../kernel/fwmark.js'
import { formatPrefix } from '../../kernel/prefix.js'
import { formatRange } from '../../kernel/range.js'
import { formatSysctlKey } from '../../kernel/sysctl.js'
import type { Answer } from '../../lookup/lookup.js'
import type { Origin } from '../../plan/plan.js'
import {
  dynamicMultipathDocument,
  dynamicTableDocument,
  linkDocument,
  routeDocument,
  ruleDocument,
  type PlanDocument,
} from '../../syntax/plan-document.js'
import { formatAnswer, formatPacket } from '../../syntax/route-get.js'
import { jsonText, withOrigin } from '../json/document.js'
import { formatPaths } from './path.js'
import type { DiffInput, DiffReport } from './report.js'
import { formatSelector, type Placeholders } from './selector.js'

export const diffJson = (report: DiffReport): string => jsonText(diffDocument(report))

export type DiffDocument = ReturnType<typeof diffDocument>

/** Plain data. */
export function diffDocument({ before, after, difference }: DiffReport) {
  const { state, reroutes, unanalyzed, placeholders } = difference
  const changes = <T extends { readonly origin: Origin }>(
    list: readonly Change<T>[],
    documentOf: (one: T) => PlanDocument,
  ) =>
    list.map((change) => ({
      kind: change.kind,
      renumbered: 'isRenumbered' in change ? true : undefined,
      before: 'before' in change ? withOrigin(change.before, before.lineOf, documentOf) : undefined,
      after: 'after' in change ? withOrigin(change.after, after.lineOf, documentOf) : undefined,
    }))
  return {
    version: 1,
    before: before.file,
    after: after.file,
    different: !isSame(difference),
    reroutes: reroutes.map((reroute) => rerouteDocument(reroute, before, after, placeholders)),
    unanalyzed:
      unanalyzed.length === 0
        ? undefined
        : unanalyzed.map(({ family, packets }) => ({ family, packets: packetsDocument(packets) })),
    state: {
      manage: state.manage,
      links: changes(state.links, (link) => linkDocument(link)),
      rules: changes(state.rules, ruleDocument),
      routes: changes(state.routes, routeDocument),
      sysctls: changes(state.sysctls, ({ key, value }) => ({ key: formatSysctlKey(key), value })),
      connmarks: changes(state.connmarks, ({ link, fwmark }) => ({ link, fwmark: formatFwmark(fwmark) })),
      dynamicTables: changes(state.dynamicTables, dynamicTableDocument),
      dynamicMultipaths: changes(state.dynamicMultipaths, dynamicMultipathDocument),
    },
    placeholders: placeholders.size === 0 ? undefined : Object.fromEntries(placeholders),
  }
}

function rerouteDocument(reroute: Reroute, before: DiffInput, after: DiffInput, placeholders: Placeholders) {
  const { kind, family, packets, isExact, exclusions, example } = reroute
  const [old, now] = formatPaths(reroute, placeholders)
  return {
    kind,
    family,
    selector: formatSelector(reroute, placeholders),
    exact: isExact,
    packets: packetsDocument(packets),
    exclusions: exclusions.map(packetsDocument),
    before: { text: old, ...dispositionDocument(reroute.before) },
    after: { text: now, ...dispositionDocument(reroute.after) },
    example: {
      packet: formatPacket(example.packet),
      before: answerDocument(example.before, before),
      after: answerDocument(example.after, after),
    },
  }
}

const answerDocument = (answer: Answer, { lineOf }: DiffInput) => ({
  text: formatAnswer(answer),
  rule: 'rule' in answer ? withOrigin(answer.rule, lineOf, ruleDocument) : undefined,
  route:
    'route' in answer && answer.route !== undefined
      ? withOrigin(answer.route, lineOf, routeDocument)
      : undefined,
})

function dispositionDocument(disposition: Disposition) {
  if (disposition.kind !== 'out') return disposition
  return {
    kind: disposition.kind,
    hops: disposition.hops.map(({ gateway, via, dev, weight, isLeased, src }) => ({
      gateway,
      ...(via === undefined ? {} : isLeased === true ? { leased: true } : { via: via.text }),
      dev,
      weight,
      src: src?.text,
    })),
  }
}

/** Each value as text; an absent field may have any value. */
const packetsDocument = ({ sender, source, ...fields }: Packets) => ({
  sender,
  source,
  from: valuesDocument(fields.from, formatPrefix),
  to: valuesDocument(fields.to, formatPrefix),
  iif: valuesDocument(fields.iif, String),
  oif: valuesDocument(fields.oif, String),
  ipproto: valuesDocument(fields.ipproto, formatRange),
  sport: valuesDocument(fields.sport, formatRange),
  dport: valuesDocument(fields.dport, formatRange),
  uid: valuesDocument(fields.uid, formatRange),
  mark: valuesDocument(fields.mark, formatFwmark),
  tos: valuesDocument(fields.tos, formatFwmark),
})

const valuesDocument = <T>(
  values: { in: readonly T[]; exclusions: readonly T[]; isApproximate?: true } | undefined,
  format: (value: T) => string,
) =>
  values && {
    in: values.in.map(format),
    exclusions: values.exclusions.map(format),
    approximate: values.isApproximate,
  }
