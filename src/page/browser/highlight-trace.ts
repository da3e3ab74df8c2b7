// Highlighted path of a traced packet in the drawing: the rules that the lookup evaluates, the table, the route, the gateway.
import { groupBy } from '../../stdlib/group-by.js'
import { loopback } from '../../kernel/link.js'
import type { TraceStep } from '../../lookup/lookup.js'
import { isLocallyGenerated } from '../../kernel/packet.js'
import type { Trace } from '../../lookup/trace.js'
import type { KernelPlan, Nexthop, Route, Rule } from '../../plan/plan.js'
import { outcomeText } from '../../syntax/trace-format.js'
import { lineKey, uplinkOf } from '../model/tables.js'
import { small } from '../drawing/nodes.js'
import { fit } from '../drawing/text-metrics.js'
import { ruleRows, vrfOfRule, type RuleRow } from '../model/rule-rows.js'
import { sourceKey } from '../model/diagram.js'
import { linkKey, networkKey } from '../model/links.js'
import { all } from './dom.js'

export interface TraceHighlight {
  /** `isUnsure`: a lease may change the answer. */
  readonly show: (trace: Trace, isUnsure: boolean) => void
  readonly clear: () => void
  /** A rule of the row; undefined for a dynamic row. */
  readonly ruleAt: (key: string) => Rule | undefined
}

const states = ['evaluated', 'mismatch', 'decided', 'skipped', 'active']

/** For the drawing of this plan, which `container` has. */
export function createTraceHighlight(plan: KernelPlan, container: ParentNode): TraceHighlight {
  const rows = ruleRows(plan)
  const rowsByRule = new Map<Rule, RuleRow>(
    rows.flatMap((row) => row.rules.map((rule) => [rule, row] as const)),
  )
  const rowOf = (rule: Rule): RuleRow | undefined => {
    const vrf = vrfOfRule(rule.origin)
    return vrf === undefined ? rowsByRule.get(rule) : rows.find(({ origin }) => vrfOfRule(origin) === vrf)
  }
  const drawings = all('.drawing', container)
  const byKey = groupBy(all('[data-key]', container), (node) => node.getAttribute('data-key') ?? '')
  const edges = groupBy(all('.edge', container), edgeName)
  const reasons = new Map(
    all('.row .reason', container).map((element) => [element, element.textContent ?? '']),
  )

  function clear(): void {
    for (const drawing of drawings) drawing.classList.remove('tracing', 'unsure')
    for (const list of [...byKey.values(), ...edges.values()])
      for (const element of list) element.classList.remove(...states)
    for (const [element, text] of reasons) element.textContent = text
  }

  const mark = (key: string, state: string): void => {
    for (const element of byKey.get(key) ?? []) element.classList.add(state)
  }
  const markEdge = (from: string, to: string): void => {
    for (const element of edges.get(`${from}\n${to}`) ?? []) {
      element.classList.add('active')
      element.parentElement?.append(element)
    }
  }

  function show(trace: Trace, isUnsure: boolean): void {
    clear()
    for (const drawing of drawings) {
      drawing.classList.add('tracing')
      drawing.classList.toggle('unsure', isUnsure)
    }
    const { packet, steps, answer } = trace
    const source = sourceKey(isLocallyGenerated(packet) ? loopback : (packet.iif ?? loopback))
    mark(source, 'active')
    markEdge(source, 'r0')

    const stepOf = new Map<RuleRow, TraceStep>()
    for (const step of steps) {
      const row = rowOf(step.rule)
      if (row !== undefined) stepOf.set(row, step)
    }
    for (const row of rows) {
      const step = stepOf.get(row)
      mark(row.key, step === undefined ? 'skipped' : stateOf(step))
      if (step !== undefined) showOutcome(row, outcomeText(step, packet))
    }
    markRail(stepOf)

    for (const step of steps) {
      const row = rowOf(step.rule)
      if (row === undefined || step.outcome !== 'answered' || row.table === undefined) continue
      markEdge(row.key, `t${row.table}`)
      mark(`t${row.table}`, 'active')
      markRoute(step.route, step.nexthops)
    }
    if (answer.kind === 'onlink') mark(linkKey(answer.dev), 'active')
  }

  /** The route, its links, and the gateways or networks behind them. */
  function markRoute(route: Route, nexthops: readonly Nexthop[]): void {
    const line = lineKey(plan, route)
    mark(line, 'active')
    if (route.type === 'local') {
      markEdge(line, linkKey(loopback))
      mark(linkKey(loopback), 'active')
      return
    }
    for (const nexthop of nexthops) {
      const link = linkKey(nexthop.dev)
      const uplink = uplinkOf(plan, route.family, route.table, nexthop)
      mark(link, 'active')
      markEdge(line, uplink ?? link)
      // A neighbour is in the network behind the link, if the drawing has one.
      const end = uplink ?? networkKey(nexthop.dev)
      mark(end, 'active')
      markEdge(link, end)
    }
  }

  /** The rail down to the last rule that was evaluated; rules that a `goto` jumps over stay unmarked. */
  function markRail(stepOf: ReadonlyMap<RuleRow, TraceStep>): void {
    const last = rows.findLastIndex((row) => stepOf.has(row))
    let target: RuleRow | undefined
    rows.slice(0, last + 1).forEach((row, index) => {
      if (target !== undefined && target !== row) return
      if (target === undefined) markEdge(rows[index - 1]?.key ?? 'in', row.key)
      target = stepOf.get(row)?.outcome === 'goto' ? rows.find(({ pref }) => pref === row.goto) : undefined
      if (target !== undefined) markEdge(row.key, target.key)
    })
  }

  function showOutcome(row: RuleRow, outcome: string): void {
    for (const element of byKey.get(row.key) ?? []) {
      const reason = element.querySelector('.reason')
      if (reason !== null) reason.textContent = fit(outcome, Number(reason.getAttribute('data-room')), small)
    }
  }

  return { show, clear, ruleAt: (key) => rows.find((row) => row.key === key)?.rules[0] }
}

export function stateOf({ outcome }: TraceStep): 'mismatch' | 'evaluated' | 'decided' {
  if (outcome === 'passed') return 'mismatch'
  return outcome === 'answered' || outcome === 'refused' ? 'decided' : 'evaluated'
}

const edgeName = (edge: Element): string =>
  `${edge.getAttribute('data-from') ?? ''}\n${edge.getAttribute('data-to') ?? ''}`
