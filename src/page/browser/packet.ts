// A packet is asked about: its words are read, it is traced, and the answer stands in words and in the drawing.
import { createFib } from '../../lookup/fib.js'
import type { Packet } from '../../lookup/packet.js'
import { traceIn, type Trace } from '../../lookup/trace.js'
import type { Rule } from '../../plan/plan.js'
import { readPacketWords } from '../../syntax/route-get.js'
import type { PageData } from '../data.js'
import { groundsOf, packetText, stepWords, verdictOf } from '../words.js'
import { all, make, one } from './elements.js'
import type { Ideas } from './ideas.js'
import { startLight } from './light.js'

export function startPacket(data: PageData, ideas: Ideas): void {
  const { plan } = data
  const fib = createFib(plan)
  const light = startLight(plan)
  const form = one('#packet-form', HTMLFormElement)
  const input = one('#packet', HTMLInputElement)
  const answer = one('#answer', HTMLElement)
  const steps = one('#steps ol', HTMLOListElement)
  const chips = all('.example')
  const ideaOfRule = new Map<Rule, number>()
  data.ideas.forEach(({ kind, parts }, index) => {
    for (const part of kind === 'rule' ? parts : []) {
      const rule = plan.rules[part]
      if (rule !== undefined) ideaOfRule.set(rule, index)
    }
  })

  const lineText = (rule: Rule): string => {
    const index = ideaOfRule.get(rule)
    const line = index === undefined ? undefined : data.ideas[index]?.line
    return line === undefined ? '' : `, line ${line}`
  }

  function ask(): void {
    const words = input.value
    for (const chip of chips)
      chip.setAttribute('aria-pressed', String(chip.getAttribute('data-words') === words.trim()))
    const read = readPacketWords(words)
    input.setAttribute('aria-invalid', String(!read.ok))
    if (read.ok) show(read.packet)
    else {
      answer.replaceChildren(make('p', 'problem', `No packet: ${read.problem}.`))
      steps.replaceChildren()
      light.clear()
    }
  }

  function show(packet: Packet): void {
    const trace = traceIn(fib, packet)
    answer.replaceChildren(
      make('p', 'verdict', 'It ', make('strong', '', verdictOf(trace)), '.'),
      make('p', 'grounds', `${groundsOf(plan, trace)} `, make('span', 'meta', packetText(packet))),
    )
    steps.replaceChildren(...trace.steps.map((step) => stepItem(step, packet)))
    light.show(trace)
  }

  function stepItem(step: Trace['steps'][number], packet: Packet): HTMLElement {
    const { kind, rule, outcome } = stepWords(step, packet)
    const index = ideaOfRule.get(step.rule)
    const name = make(index === undefined ? 'span' : 'button', 'mono', rule)
    if (index !== undefined) {
      name.setAttribute('type', 'button')
      name.addEventListener('click', () => ideas.reveal(index))
    }
    return make(
      'li',
      kind,
      name,
      make('span', 'outcome', `${outcome}${kind === 'decided' ? lineText(step.rule) : ''}`),
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
    const index = rule === undefined ? undefined : ideaOfRule.get(rule)
    if (index === undefined) continue
    row.classList.add('linked')
    row.addEventListener('click', () => ideas.reveal(index))
  }
  ask()
}
