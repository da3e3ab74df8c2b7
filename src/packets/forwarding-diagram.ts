// Forwarding diagram: the answers of all packets as one function. Agrees with `lookupIn` for each packet.
import { loopback } from '../kernel/link.js'
import { answerOf, isSuppressed, type Answer, type Packet } from '../lookup/lookup.js'
import type { FamilyFib } from '../lookup/fib.js'
import type { RuleEntry } from '../lookup/rule.js'
import type { Found } from '../lookup/table.js'
import { isVrfRule } from '../lookup/vrfs.js'
import type { Rule } from '../plan/plan.js'
import { UNIVERSE, EMPTY, type NodeId } from './bdd-nodes.js'
import type { PacketSet, PacketSpace } from './packet-space.js'
import { createTableDiagrams, toLinkScope } from './table-diagram.js'

export interface ForwardingDiagram {
  /** One terminal for each answer; undefined outside of the given packets. */
  readonly diagram: NodeId
  /** The answer of a terminal. For unnamed links it contains the space's `otherLink`. */
  answerAt(leaf: number): Answer
  /** The answer of `lookupIn`; undefined outside of the given packets. */
  answerTo(packet: Packet): Answer | undefined
}

/** Terminal 1 belongs to sets. Found routes and `goto` targets have ranges of their own, since they are intermediate. */
const FIRST_ANSWER = 2
const FIRST_FOUND = 0x20000000
const FIRST_JUMP = 0x40000000

/**
 * For all packets, or only for those in `packets`: thousands of rules over thousands of networks are too much for all
 * packets at once.
 */
export function createForwardingDiagram(
  space: PacketSpace,
  { rules, tables, vrfs }: FamilyFib,
  packets: PacketSet = UNIVERSE,
): ForwardingDiagram {
  const { terminal, mapTerminals, orElse, orElseAll, restrict, terminalsOf } = space
  const found: Found[] = []
  const tableOf = createTableDiagrams(space, vrfs, (one) => FIRST_FOUND + found.push(one) - 1)
  const answers: Answer[] = []
  const terminalOf = (answer: Answer): number => FIRST_ANSWER + answers.push(answer) - 1
  const answerAt = (number: number): Answer => {
    const answer = answers[number - FIRST_ANSWER]
    if (answer === undefined) throw new Error(`leaf ${number} is no answer`)
    return answer
  }

  // l3mdev_link_scope_lookup(): these packets find the table of their VRF without rules.
  const inVrf = space.union(...[...vrfs.keys()].map((link) => space.byLink('oif', link)))
  const withRules = space.difference(
    packets,
    space.intersect(space.locallyGenerated, inVrf, toLinkScope(space)),
  )

  /** The rule's answers to the packets that it matches; undefined where the lookup continues. */
  const answersOfRule = ({ rule, target }: RuleEntry, index: number): NodeId => {
    const { action } = rule
    const taken = restrict(isVrfRule(rule) ? packets : withRules, space.setOfSelector(rule.selector))
    if (action.type === 'goto')
      // The kernel ignores a backward goto.
      return target === undefined || target <= index ? EMPTY : restrict(taken, terminal(FIRST_JUMP + target))
    if (action.type !== 'lookup')
      return taken === EMPTY
        ? EMPTY
        : restrict(taken, terminal(terminalOf({ kind: 'reject', type: action.type, rule })))
    if (taken === EMPTY) return EMPTY
    return mapTerminals(restrict(taken, tableOf(tables.get(action.table))), (number) => {
      const one = found[number - FIRST_FOUND]
      const answer = one === undefined ? undefined : answerFor(rule, one)
      return answer === undefined ? 0 : terminalOf(answer)
    })
  }

  const byAnswer = rules.map(answersOfRule)
  const targets = new Set(rules.flatMap(({ target }) => target ?? []))
  const starts = [0, ...rules.keys()].filter((index) => index === 0 || targets.has(index))
  const from = new Map<number, NodeId>()
  let rest: NodeId = restrict(packets, terminal(terminalOf({ kind: 'none' })))
  for (const start of [...new Set(starts)].sort((a, b) => b - a)) {
    const end = rules.findIndex((_, index) => index > start && targets.has(index))
    const section = orElseAll(byAnswer.slice(start, end === -1 ? undefined : end))
    rest = orElse(followJumps(section), rest)
    from.set(start, rest)
  }

  function followJumps(section: NodeId): NodeId {
    const jumps = terminalsOf(section).filter((number) => number >= FIRST_JUMP)
    if (jumps.length === 0) return section
    const landed = jumps.map((jump) =>
      restrict(
        mapTerminals(section, (number) => (number === jump ? 1 : 0)),
        from.get(jump - FIRST_JUMP) ?? EMPTY,
      ),
    )
    return orElseAll([mapTerminals(section, (number) => (number >= FIRST_JUMP ? 0 : number)), ...landed])
  }

  const diagram = space.family === 'inet' ? withOnlinkFallback(rest) : rest
  return {
    diagram,
    answerAt,
    answerTo(packet) {
      const number = space.evaluate(diagram, space.encodePacket(packet))
      if (number === 0) return undefined
      const answer = answerAt(number)
      return answer.kind === 'onlink' && packet.oif !== undefined ? { ...answer, dev: packet.oif } : answer
    },
  }

  /** ip_route_output_key_hash_rcu(): without an answer, an IPv4 socket that is bound to a link outside of VRFs treats every address as on-link. */
  function withOnlinkFallback(answered: NodeId): NodeId {
    const unanswered = mapTerminals(answered, (number) => {
      const { kind } = answerAt(number)
      return kind === 'none' || kind === 'reject' ? 1 : 0
    })
    const bound = [
      ...[loopback, ...space.links]
        .filter((dev) => !vrfs.has(dev))
        .map((dev) => [dev, space.byLink('oif', dev)] as const),
      [space.otherLink, space.byOtherLink('oif')] as const,
    ]
    return orElseAll([
      ...bound.map(([dev, set]) =>
        restrict(
          space.intersect(unanswered, space.locallyGenerated, set),
          terminal(terminalOf({ kind: 'onlink', dev })),
        ),
      ),
      answered,
    ])
  }
}

/** undefined if the lookup continues with the next rule. */
function answerFor(rule: Rule, found: Found): Answer | undefined {
  const { action } = rule
  const { route } = found
  if (action.type !== 'lookup' || route.type === 'throw') return undefined
  if (isSuppressed(route, action.suppressPrefixlength)) return undefined
  return answerOf(rule, action.table, found, route.type)
}
