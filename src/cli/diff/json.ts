// What do programs get to read? The shape of `diff --format json`; it changes only with its `version`.
import { isSame } from '../../diff/diff.js'
import type {
  Addresses,
  Change,
  Links,
  MarkSet,
  Reroute,
  Numbers,
  Packets,
  Disposition,
} from '../../diff/difference.js'
import { formatFwmark } from '../../kernel/fwmark.js'
import { formatPrefix } from '../../kernel/prefix.js'
import { formatRange } from '../../kernel/range.js'
import type { Answer } from '../../lookup/lookup.js'
import type { DynamicMultipath, Origin } from '../../plan/plan.js'
import {
  dynamicDocument,
  linkDocument,
  originDocument,
  routeDocument,
  ruleDocument,
  type PlanDocument,
} from '../../syntax/plan-document.js'
import { formatAnswer, formatPacket } from '../../syntax/route-get.js'
import { mannerOf } from './phrase-context.js'
import { formatPackets } from './packets.js'
import type { Side, Sides } from './inputs.js'
import { formatDisposition } from './disposition-text.js'

export function diffJson(sides: Sides): string {
  const { before, after, difference } = sides
  const { state, moves, unexamined, invented } = difference
  const told = tellerOf(sides)
  const document = {
    version: 1,
    before: before.file,
    after: after.file,
    different: !isSame(difference),
    moves: moves.map((move) => moveDocument(move, sides)),
    ...(unexamined.length === 0
      ? {}
      : {
          unexamined: unexamined.map(({ family, packets }) => ({
            family,
            packets: packetsDocument(packets),
          })),
        }),
    state: {
      manage: state.manage,
      links: told(state.links, linkDocument),
      rules: told(state.rules, ruleDocument),
      routes: told(state.routes, routeDocument),
      sysctls: told(state.sysctls, ({ key, value }) => ({ key, value })),
      marks: told(state.marks, ({ link, fwmark }) => ({ link, fwmark: formatFwmark(fwmark) })),
      followed: told(state.followed, dynamicDocument),
      balances: told(state.balances, balanceDocument),
    },
    ...(invented.size === 0 ? {} : { invented: Object.fromEntries(invented) }),
  }
  return `${JSON.stringify(document, null, 2)}\n`
}

const balanceDocument = ({ family, metric, hops }: DynamicMultipath): PlanDocument => ({
  family,
  metric,
  hops,
})

/** `before` and `after` with their lines; `fields` in the words of the document would be other names, so they are left out. */
const tellerOf =
  (sides: Sides) =>
  <T extends { readonly origin: Origin }>(
    changes: readonly Change<T>[],
    documentOf: (one: T) => PlanDocument,
  ) =>
    changes.map((change) => ({
      kind: change.kind,
      ...('isRenumbered' in change ? { renumbered: true } : {}),
      ...('before' in change ? { before: withOrigin(change.before, sides.before, documentOf) } : {}),
      ...('after' in change ? { after: withOrigin(change.after, sides.after, documentOf) } : {}),
    }))

const withOrigin = <T extends { readonly origin: Origin }>(
  one: T,
  { lineOf }: Side,
  documentOf: (one: T) => PlanDocument,
): PlanDocument => ({ ...documentOf(one), ...originDocument(one.origin, lineOf) })

function moveDocument(move: Reroute, sides: Sides) {
  const { before, after } = sides
  const manner = mannerOf(sides)
  const { kind, family, packets, isExact, example } = move
  return {
    kind,
    family,
    words: formatPackets(move, manner),
    fate: formatDisposition(move, manner),
    exact: isExact,
    packets: packetsDocument(packets),
    but: move.but.map(packetsDocument),
    before: dispositionDocument(move.before),
    after: dispositionDocument(move.after),
    example: {
      packet: formatPacket(example.packet),
      before: answerDocument(example.before, before),
      after: answerDocument(example.after, after),
    },
  }
}

const answerDocument = (answer: Answer, { lineOf }: Side) => ({
  text: formatAnswer(answer),
  ...('rule' in answer
    ? { rule: { ...ruleDocument(answer.rule), ...originDocument(answer.rule.origin, lineOf) } }
    : {}),
  ...('route' in answer && answer.route !== undefined
    ? { route: { ...routeDocument(answer.route), ...originDocument(answer.route.origin, lineOf) } }
    : {}),
})

function dispositionDocument(way: Disposition) {
  if (way.kind !== 'out') return way
  return {
    kind: way.kind,
    hops: way.hops.map(({ gateway, via, dev, weight, isLeased, src }) => ({
      ...(gateway === undefined ? {} : { gateway }),
      ...(via === undefined ? {} : isLeased === true ? { leased: true } : { via: via.text }),
      dev,
      weight,
      ...(src === undefined ? {} : { src: src.text }),
    })),
  }
}

/** Each field has what is `in` (none: any) and, inside of that, what is `except`; absent: whatever. */
function packetsDocument({
  sender,
  source,
  from,
  to,
  iif,
  oif,
  ipproto,
  sport,
  dport,
  uid,
  mark,
  tos,
}: Packets) {
  return {
    ...(sender === undefined ? {} : { sender }),
    ...(source === undefined ? {} : { source }),
    ...(from === undefined ? {} : { from: addressesDocument(from) }),
    ...(to === undefined ? {} : { to: addressesDocument(to) }),
    ...(iif === undefined ? {} : { iif: linksDocument(iif) }),
    ...(oif === undefined ? {} : { oif: linksDocument(oif) }),
    ...(ipproto === undefined ? {} : { ipproto: numbersDocument(ipproto) }),
    ...(sport === undefined ? {} : { sport: numbersDocument(sport) }),
    ...(dport === undefined ? {} : { dport: numbersDocument(dport) }),
    ...(uid === undefined ? {} : { uid: numbersDocument(uid) }),
    ...(mark === undefined ? {} : { mark: markDocument(mark) }),
    ...(tos === undefined ? {} : { tos: markDocument(tos) }),
  }
}

const rough = (isRough: true | undefined) => (isRough === true ? { rough: true } : {})

const addressesDocument = ({ in: taken, except, isRough }: Addresses) => ({
  in: taken.map(({ prefix }) => formatPrefix(prefix)),
  except: except.map(({ prefix }) => formatPrefix(prefix)),
  ...rough(isRough),
})

const linksDocument = ({ in: taken, except }: Links) => ({ in: taken, except })

const numbersDocument = ({ in: taken, except, isRough }: Numbers) => ({
  in: taken.map(formatRange),
  except: except.map(formatRange),
  ...rough(isRough),
})

const markDocument = ({ in: taken, except, isRough }: MarkSet) => ({
  in: taken.map(formatFwmark),
  except: except.map(formatFwmark),
  ...rough(isRough),
})
