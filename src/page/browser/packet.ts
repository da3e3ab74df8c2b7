// A packet is asked about: its words are read, it is traced, and the answer stands in words and in the drawing.
import { createFib } from '../../lookup/fib.js'
import type { TraceStep } from '../../lookup/lookup.js'
import type { Packet } from '../../lookup/packet.js'
import type { PacketQuery } from '../../lookup/notes.js'
import { explainPacket, type Explanation } from '../../lookup/explain.js'
import type { Trace } from '../../lookup/trace.js'
import { summarizeAnswer } from '../../lookup/format-answer.js'
import type { Origin } from '../../plan/plan.js'
import { parsePacketQuery } from '../../syntax/packet-query.js'
import { outcomeText, ruleText, formatUnknown, formatAssumption } from '../../syntax/trace-format.js'
import type { PageData } from '../model/data.js'
import { groundsOf, packetText } from '../model/trace-explanation.js'
import { all, make, one, proseNodes } from './dom.js'
import type { Ideas } from './plan-items.js'
import { startLight, stateOf } from './highlight-trace.js'

export function startPacket(data: PageData, ideas: Ideas): void {
  const { plan } = data
  const fib = createFib(plan)
  const light = startLight(plan)
  const form = one('#packet-form', HTMLFormElement)
  const input = one('#packet', HTMLInputElement)
  const answer = one('#answer', HTMLElement)
  const steps = one('#steps ol', HTMLOListElement)
  const chips = all('.example')
  const ideaOf = ideasByOrigin(data)

  /** 0 where the description has no line for it: the kernel’s own. */
  const lineOf = (origin: Origin): number => data.ideas[ideaOf.get(origin) ?? -1]?.line ?? 0

  function ask(): void {
    const words = input.value.trim().split(/\s+/)
    for (const chip of chips)
      chip.setAttribute('aria-pressed', String(chip.getAttribute('data-words') === words.join(' ')))
    const read = parsePacketQuery(words, plan)
    input.setAttribute('aria-invalid', String(!read.ok))
    if (read.ok) show(read.query)
    else {
      answer.replaceChildren(make('p', 'problem', 'No packet: ', ...proseNodes(read.problem)))
      steps.replaceChildren()
      light.clear()
    }
  }

  function show(question: PacketQuery): void {
    const told = explainPacket(fib, question)
    answer.replaceChildren(...answerNodes(told))
    steps.replaceChildren(...told.trace.steps.map((step) => stepItem(step, question.packet)))
    light.show(told.trace, told.unknown.length > 0)
    ideas.suggest(ideasOf(told.trace))
  }

  /** The rule and the route that gave the answer. */
  function ideasOf({ answer }: Trace): readonly number[] {
    if (answer.kind === 'none' || answer.kind === 'onlink') return []
    const origins = [answer.rule.origin, ...(answer.route === undefined ? [] : [answer.route.origin])]
    return origins.flatMap((origin) => ideaOf.get(origin) ?? [])
  }

  function answerNodes({ trace, unknown, notes }: Explanation): readonly HTMLElement[] {
    const verdict = make('strong', '', summarizeAnswer(plan, trace))
    const cures = unknown.map((one) =>
      make(
        'p',
        'unknown',
        ...proseNodes(
          `Unknown from here: ${formatUnknown(plan, one, lineOf(one.origin))}${
            one.kind === 'vrf'
              ? ''
              : `, and stands in no description; \`multihome trace --lease '${one.link}=ADDRESS/LENGTH,via ROUTER'\` can be told it`
          }.`,
        ),
      ),
    )
    const without = formatAssumption(unknown)
    return [
      ...cures,
      unknown.length === 0
        ? make('p', 'verdict', 'It ', verdict, '.')
        : make('p', 'verdict', `${without.slice(0, 1).toUpperCase()}${without.slice(1)} it `, verdict, '.'),
      make(
        'p',
        'grounds',
        `${groundsOf(plan, trace.answer)} `,
        make('span', 'meta', packetText(trace.packet)),
      ),
      ...notes.map((remark) => make('p', 'remark', ...proseNodes(`Note: ${remark}.`))),
    ]
  }

  function stepItem(step: TraceStep, packet: Packet): HTMLElement {
    const { rule } = step
    const index = ideaOf.get(rule.origin)
    const line = lineOf(rule.origin)
    const name = make(index === undefined ? 'span' : 'button', 'mono', `${rule.pref} ${ruleText(plan, rule)}`)
    if (index !== undefined) {
      name.setAttribute('type', 'button')
      name.addEventListener('click', () => ideas.reveal(index))
    }
    return make(
      'li',
      stateOf(step),
      name,
      make('span', 'outcome', outcomeText(step, packet)),
      make('span', 'meta', line === 0 ? '' : `line ${line}`),
    )
  }

  form.addEventListener('submit', (event) => {
    event.preventDefault()
    ask()
  })
  input.addEventListener('input', ask)
  for (const chip of chips)
    chip.addEventListener('click', () => {
      input.value = chip.getAttribute('data-words') ?? ''
      ask()
    })
  for (const row of all('.drawing .row')) {
    const rule = light.ruleAt(row.getAttribute('data-key') ?? '')
    const index = rule === undefined ? undefined : ideaOf.get(rule.origin)
    if (index === undefined) continue
    row.classList.add('linked')
    row.addEventListener('click', () => ideas.reveal(index))
  }
  ask()
}

/** Of what a trace speaks about. The plan is read from JSON, so no two parts of it share an origin. */
function ideasByOrigin({ plan, ideas }: PageData): ReadonlyMap<Origin, number> {
  const lists = { rule: plan.rules, route: plan.routes, link: plan.links, followed: plan.followed }
  const found = new Map<Origin, number>()
  ideas.forEach(({ kind, parts }, index) => {
    if (kind !== 'rule' && kind !== 'route' && kind !== 'link' && kind !== 'followed') return
    for (const part of parts) {
      const origin = lists[kind][part]?.origin
      if (origin !== undefined) found.set(origin, index)
    }
  })
  return found
}
