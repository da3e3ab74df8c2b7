// A traced packet’s way through the drawing: rules asked and passed by, the one that decides, table, route, gateway.
import { loopback } from '../../kernel/link.js'
import type { TraceStep } from '../../lookup/lookup.js'
import { isLocallyGenerated } from '../../lookup/packet.js'
import type { Trace } from '../../lookup/trace.js'
import type { KernelPlan, Nexthop, Route, Rule } from '../../plan/plan.js'
import { outcomeText } from '../../syntax/trace-format.js'
import { lineKey, nexthopOf } from '../model/tables.js'
import { small } from '../drawing/nodes.js'
import { fit } from '../drawing/text-metrics.js'
import { ruleRows, type RuleRow } from '../model/rule-rows.js'
import { entryKey } from '../model/diagram.js'
import { linkKey } from '../model/links.js'
import { all } from './dom.js'

export interface Light {
  /** `isUnsure`: what nobody told may take it elsewhere. */
  readonly show: (trace: Trace, isUnsure: boolean) => void
  readonly clear: () => void
  /** The rule of a row, if it is one of the plan’s. */
  readonly ruleAt: (key: string) => Rule | undefined
}

const states = ['asked', 'passed', 'decided', 'unasked', 'lit']

export function startLight(plan: KernelPlan): Light {
  const rows = ruleRows(plan)
  const rowOf = new Map<Rule, RuleRow>(rows.flatMap((row) => row.rules.map((rule) => [rule, row] as const)))
  const byKey = groupBy('[data-key]', (element) => element.getAttribute('data-key') ?? '')
  const edges = groupBy('.edge', edgeName)
  const reasons = new Map(all('.drawing .row .reason').map((element) => [element, element.textContent ?? '']))

  function clear(): void {
    for (const drawing of all('.drawing')) drawing.classList.remove('tracing', 'unsure')
    for (const list of [...byKey.values(), ...edges.values()])
      for (const element of list) element.classList.remove(...states)
    for (const [element, text] of reasons) element.textContent = text
  }

  const mark = (key: string, state: string): void => {
    for (const element of byKey.get(key) ?? []) element.classList.add(state)
  }
  const markEdge = (from: string, to: string): void => {
    for (const element of edges.get(`${from}\n${to}`) ?? []) {
      element.classList.add('lit')
      element.parentElement?.append(element)
    }
  }

  function show(trace: Trace, isUnsure: boolean): void {
    clear()
    for (const drawing of all('.drawing')) {
      drawing.classList.add('tracing')
      drawing.classList.toggle('unsure', isUnsure)
    }
    const { packet, steps, answer } = trace
    const entry = entryKey(isLocallyGenerated(packet) ? loopback : (packet.iif ?? loopback))
    mark(entry, 'lit')
    markEdge(entry, 'r0')

    const asked = new Map<RuleRow, TraceStep>()
    for (const step of steps) {
      const row = rowOf.get(step.rule)
      if (row !== undefined) asked.set(row, step)
    }
    for (const row of rows) {
      const step = asked.get(row)
      const state = step === undefined ? 'unasked' : stateOf(step)
      mark(row.key, state)
      if (step !== undefined) tell(row, outcomeText(step, packet))
    }
    walkRail(asked)

    for (const step of steps) {
      const row = rowOf.get(step.rule)
      if (row === undefined || step.outcome !== 'answered' || row.table === undefined) continue
      const { route, nexthops } = step
      markEdge(row.key, `t${row.table}`)
      mark(`t${row.table}`, 'lit')
      follow(route, nexthops)
    }
    if (answer.kind === 'onlink') mark(linkKey(answer.dev), 'lit')
  }

  /** From the route over its links to what lies beyond. */
  function follow(route: Route, nexthops: readonly Nexthop[]): void {
    const line = lineKey(plan, route)
    mark(line, 'lit')
    if (route.type === 'local') {
      markEdge(line, linkKey(loopback))
      mark(linkKey(loopback), 'lit')
      return
    }
    for (const nexthop of nexthops) {
      const link = linkKey(nexthop.dev)
      const way = nexthopOf(plan, route.family, route.table, nexthop)
      mark(link, 'lit')
      markEdge(line, way ?? link)
      if (way === undefined) {
        markNetwork(nexthop.dev)
        continue
      }
      mark(way, 'lit')
      markEdge(link, way)
    }
  }

  /** A neighbour is in a network behind the link, where that is drawn. */
  function markNetwork(dev: string): void {
    const key = `w net ${dev}`
    mark(key, 'lit')
    markEdge(linkKey(dev), key)
  }

  /** The rail is lit as far as rules were asked; what a goto leaps over stays dark. */
  function walkRail(asked: ReadonlyMap<RuleRow, TraceStep>): void {
    const last = rows.findLastIndex((row) => asked.has(row))
    let landing: RuleRow | undefined
    rows.slice(0, last + 1).forEach((row, index) => {
      if (landing !== undefined && landing !== row) return
      if (landing === undefined) markEdge(rows[index - 1]?.key ?? 'in', row.key)
      landing = asked.get(row)?.outcome === 'goto' ? rows.find(({ pref }) => pref === row.goto) : undefined
      if (landing !== undefined) markEdge(row.key, landing.key)
    })
  }

  function tell(row: RuleRow, words: string): void {
    for (const element of byKey.get(row.key) ?? []) {
      const reason = element.querySelector('.reason')
      if (reason !== null) reason.textContent = fit(words, Number(reason.getAttribute('data-room')), small)
    }
  }

  return { show, clear, ruleAt: (key) => rows.find((row) => row.key === key)?.rules[0] }
}

/** What a rule was for the packet. */
export function stateOf({ outcome }: TraceStep): 'passed' | 'asked' | 'decided' {
  if (outcome === 'passed') return 'passed'
  return outcome === 'answered' || outcome === 'refused' ? 'decided' : 'asked'
}

const edgeName = (element: Element): string =>
  `${element.getAttribute('data-from') ?? ''}\n${element.getAttribute('data-to') ?? ''}`

function groupBy(
  selector: string,
  name: (element: Element) => string,
): ReadonlyMap<string, readonly Element[]> {
  const groups = new Map<string, Element[]>()
  for (const element of all(`.drawing ${selector}`)) {
    const same = groups.get(name(element))
    if (same === undefined) groups.set(name(element), [element])
    else same.push(element)
  }
  return groups
}
