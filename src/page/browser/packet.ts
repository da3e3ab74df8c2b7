// Packet form: reads the packet and the leases, traces the packet, and shows the answer in text and in the drawing.
import { createFib } from '../../lookup/fib.js'
import type { TraceStep } from '../../lookup/lookup.js'
import type { Packet } from '../../kernel/packet.js'
import { explainPacket, type Explanation } from '../../lookup/explain.js'
import type { Trace } from '../../lookup/trace.js'
import { applyPartialLeases } from '../../lookup/unknowns.js'
import { summarizeAnswer } from '../../lookup/format-answer.js'
import { formatLine, type SourceLine } from '../../diagnostics/source-line.js'
import type { LinkName } from '../../kernel/link.js'
import type { LeaseData } from '../../plan/apply-leases.js'
import type { Origin } from '../../plan/plan.js'
import { parseLease } from '../../syntax/lease.js'
import { parsePacketQuery } from '../../syntax/packet-query.js'
import { outcomeText, ruleText, formatUnknown } from '../../syntax/trace-format.js'
import { drawDiagram } from '../drawing/drawing.js'
import { itemsByOrigin } from '../../compare/plan-items.js'
import type { PageData } from '../model/data.js'
import { diagramOf } from '../model/diagram.js'
import { explainAnswer, packetText } from '../model/trace-explanation.js'
import { all, create, one, proseNodes } from './dom.js'
import type { PlanItems } from './plan-items.js'
import { createTraceHighlight, stateOf } from './highlight-trace.js'
import { questionWriter, readQuestion } from './question-url.js'

export function startPacket(data: PageData, items: PlanItems): void {
  const form = one('#packet-form', HTMLFormElement)
  const input = one('#packet', HTMLTextAreaElement)
  const leaseInputs = all('#leases input').filter((each) => each instanceof HTMLInputElement)
  const answer = one('#answer', HTMLElement)
  const steps = one('#steps ol', HTMLOListElement)
  const drawing = document.querySelector('.drawing-box')
  const examples = all('.example')
  const itemOf = itemsByOrigin(data.plan, data.items)
  const writeUrl = questionWriter()

  let fib = createFib(data.plan)
  let highlight = createTraceHighlight(data.plan, drawing ?? form)

  const itemAt = (origin: Origin): number | undefined => itemOf.get(origin)
  /** 0 for a rule of the kernel, which has no line in the description. */
  const lineOf = (origin: Origin): SourceLine => {
    const { line = 0, file }: Partial<SourceLine> = data.items[itemAt(origin) ?? -1] ?? {}
    return { line, file }
  }

  /** By link, what a person has entered. */
  const leaseTexts = (): ReadonlyMap<string, string> =>
    new Map(
      leaseInputs
        .map((field): readonly [string, string] => [field.dataset['link'] ?? '', field.value.trim()])
        .filter(([, text]) => text !== ''),
    )

  let applied = '[]'
  /** Applies the leases, and draws the plan again if they have changed. */
  function updatePlan(): void {
    const texts = leaseTexts()
    if (JSON.stringify([...texts]) === applied) return
    applied = JSON.stringify([...texts])
    const parsed = new Map([...texts].map(([link, text]) => [link, parseLease(text)]))
    for (const field of leaseInputs) {
      const lease = parsed.get(field.dataset['link'] ?? '')
      const problem = lease?.ok === false ? lease.problem : ''
      field.setAttribute('aria-invalid', String(problem !== ''))
      one('.problem', HTMLElement, field.parentElement ?? form).textContent = problem
    }
    const leases = data.plan.state.links.flatMap(({ name }): readonly (readonly [LinkName, LeaseData])[] => {
      const lease = parsed.get(name)
      return lease?.ok === true ? [[name, lease.value]] : []
    })
    const plan = applyPartialLeases(data.plan, new Map(leases))
    fib = createFib(plan)
    const diagram = diagramOf(plan)
    // The template has escaped every text of the plan.
    if (drawing !== null) drawing.innerHTML = diagram === undefined ? '' : drawDiagram(diagram).markup
    highlight = createTraceHighlight(plan, drawing ?? form)
    linkRows()
    const hint = document.querySelector('.dynamic-hint')
    if (hint instanceof HTMLElement) hint.hidden = plan.dynamic.tables.length === 0
  }

  function ask(): void {
    const words = input.value.trim().split(/\s+/)
    fitHeight(input)
    for (const example of examples)
      example.setAttribute('aria-pressed', String(example.getAttribute('data-packet') === words.join(' ')))
    const read = parsePacketQuery(words, fib.plan)
    input.setAttribute('aria-invalid', String(!read.ok))
    if (!read.ok) {
      answer.replaceChildren(create('p', 'problem', 'Not a packet: ', ...proseNodes(read.problem)))
      steps.replaceChildren()
      highlight.clear()
      return
    }
    const explanation = explainPacket(fib, read.value)
    const { trace, unknown } = explanation
    answer.replaceChildren(...answerNodes(explanation))
    steps.replaceChildren(...trace.steps.map((step) => stepNode(step, trace.packet)))
    highlight.show(trace, unknown.length > 0)
    items.suggest(decidingItems(trace))
  }

  /** The rule and the route that decide. */
  function decidingItems({ answer: found }: Trace): readonly number[] {
    if (found.kind === 'none' || found.kind === 'onlink') return []
    const origins = [found.rule.origin, ...(found.route === undefined ? [] : [found.route.origin])]
    return [...new Set(origins.flatMap((origin) => itemAt(origin) ?? []))]
  }

  function answerNodes({ trace, unknown, notes }: Explanation): readonly HTMLElement[] {
    const verdict = create('strong', '', summarizeAnswer(fib.plan, trace))
    const subject = unknown.length === 0 ? 'It ' : 'Without that lease it '
    return [
      ...unknown.map((each) =>
        create(
          'p',
          'unknown',
          ...proseNodes(`Unknown: ${formatUnknown(fib.plan, each, lineOf(each.origin))}. `),
          ...leaseButton(each.link),
        ),
      ),
      create('p', 'verdict', subject, verdict, '.'),
      create(
        'p',
        'explanation',
        `${explainAnswer(fib.plan, trace.answer)} `,
        create('span', 'meta', packetText(trace.packet)),
      ),
      ...notes.map((note) => create('p', 'note', ...proseNodes(`Note: ${note}.`))),
    ]
  }

  /** Leads to the field of the lease; none for a link whose addresses another program sets. */
  function leaseButton(link: string): readonly HTMLElement[] {
    const field = leaseInputs.find((each) => each.dataset['link'] === link)
    if (field === undefined) return []
    const button = create('button', 'text-button', 'Enter the lease')
    button.setAttribute('type', 'button')
    button.addEventListener('click', () => field.focus())
    return [button]
  }

  function stepNode(step: TraceStep, packet: Packet): HTMLElement {
    const { rule } = step
    const index = itemAt(rule.origin)
    const line = lineOf(rule.origin)
    const name = create(
      index === undefined ? 'span' : 'button',
      'mono',
      `${rule.pref} ${ruleText(fib.plan, rule)}`,
    )
    if (index !== undefined) {
      name.setAttribute('type', 'button')
      name.addEventListener('click', () => items.reveal(index))
    }
    return create(
      'li',
      stateOf(step),
      name,
      create('span', 'outcome', outcomeText(step, packet)),
      create('span', 'meta', line.line === 0 ? '' : formatLine(line)),
    )
  }

  function linkRows(): void {
    for (const row of all('.row', drawing ?? form)) {
      const rule = highlight.ruleAt(row.getAttribute('data-key') ?? '')
      const index = rule === undefined ? undefined : itemAt(rule.origin)
      if (index === undefined) continue
      row.classList.add('linked')
      row.addEventListener('click', () => items.reveal(index))
    }
  }

  /** After a change by hand. */
  function update(): void {
    updatePlan()
    ask()
    writeUrl({ packet: input.value.trim(), leases: leaseTexts() })
  }

  function readUrl(): void {
    const question = readQuestion(location.hash)
    if (question === undefined) return
    input.value = question.packet
    for (const field of leaseInputs) field.value = question.leases.get(field.dataset['link'] ?? '') ?? ''
  }

  form.addEventListener('input', update)
  form.addEventListener('submit', (event) => event.preventDefault())
  input.addEventListener('keydown', (event) => {
    if (event.key !== 'Enter' || event.isComposing) return
    event.preventDefault()
    // Closes the keyboard of a phone, which hides the answer.
    if (matchMedia('(pointer: coarse)').matches) input.blur()
  })
  for (const example of examples)
    example.addEventListener('click', () => {
      input.value = example.getAttribute('data-packet') ?? ''
      update()
    })
  addEventListener('hashchange', () => {
    readUrl()
    updatePlan()
    ask()
  })
  addEventListener('resize', () => fitHeight(input))
  linkRows()
  scrollToRules(drawing)
  readUrl()
  updatePlan()
  ask()
}

/** On a narrow screen the drawing begins with the rules, not with the sources of packets. */
function scrollToRules(drawing: Element | null): void {
  const row = drawing?.querySelector('.row')
  if (drawing === null || row === null || row === undefined) return
  drawing.scrollLeft += row.getBoundingClientRect().left - drawing.getBoundingClientRect().left
}

/** As tall as its text, so that a narrow screen shows the whole packet. */
function fitHeight(input: HTMLTextAreaElement): void {
  input.style.height = 'auto'
  input.style.height = `${input.scrollHeight + input.offsetHeight - input.clientHeight}px`
}
