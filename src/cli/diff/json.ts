// JSON of a difference, as src/cli/json/diff.ts describes it.
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
  originDocument,
  routeDocument,
  ruleDocument,
  type PlanDocument,
} from '../../syntax/plan-document.js'
import { formatAnswer, formatPacket } from '../../syntax/route-get.js'
import { jsonText } from '../json/document.js'
import { formatPaths } from './path.js'
import type { DiffInput, DiffReport } from './report.js'
import { formatSelector, type Placeholders } from './selector.js'

export function diffJson({ before, after, difference }: DiffReport): string {
  const { state, reroutes, unanalyzed, placeholders } = difference
  const changes = <T extends { readonly origin: Origin }>(
    list: readonly Change<T>[],
    documentOf: (one: T) => PlanDocument,
  ) =>
    list.map((change) => ({
      kind: change.kind,
      ...('isRenumbered' in change ? { renumbered: true as const } : {}),
      ...('before' in change ? { before: withOrigin(change.before, before, documentOf) } : {}),
      ...('after' in change ? { after: withOrigin(change.after, after, documentOf) } : {}),
    }))
  return jsonText({
    version: 1,
    before: before.file,
    after: after.file,
    different: !isSame(difference),
    reroutes: reroutes.map((reroute) => rerouteDocument(reroute, before, after, placeholders)),
    ...(unanalyzed.length === 0
      ? {}
      : {
          unanalyzed: unanalyzed.map(({ family, packets }) => ({
            family,
            packets: packetsDocument(packets),
          })),
        }),
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
    ...(placeholders.size === 0 ? {} : { placeholders: Object.fromEntries(placeholders) }),
  })
}

const withOrigin = <T extends { readonly origin: Origin }>(
  one: T,
  { lineOf }: DiffInput,
  documentOf: (one: T) => PlanDocument,
): PlanDocument => ({ ...documentOf(one), ...originDocument(one.origin, lineOf) })

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

const answerDocument = (answer: Answer, input: DiffInput) => ({
  text: formatAnswer(answer),
  ...('rule' in answer ? { rule: withOrigin(answer.rule, input, ruleDocument) } : {}),
  ...('route' in answer && answer.route !== undefined
    ? { route: withOrigin(answer.route, input, routeDocument) }
    : {}),
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

/** Each value as text; an absent field may have any value. JSON leaves undefined out. */
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

interface Values<T> {
  readonly in: readonly T[]
  readonly exclusions: readonly T[]
  readonly isApproximate?: true
}

const valuesDocument = <T>(values: Values<T> | undefined, format: (value: T) => string) =>
  values && {
    in: values.in.map(format),
    exclusions: values.exclusions.map(format),
    approximate: values.isApproximate,
  }
