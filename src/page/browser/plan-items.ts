// Highlighted plan items: an item that is pointed at, focused or clicked is highlighted in the list and in every file.
import { groupPairs } from '../../stdlib/group-by.js'
import type { PageData } from '../model/data.js'
import type { Tabs } from './target-tabs.js'
import { all, create, nextIndex, one, proseNodes, scrollBehavior } from './dom.js'

export interface PlanItems {
  /** Keeps the item highlighted and scrolls the page to the files. */
  readonly reveal: (index: number) => void
  /** Highlights the items of a traced packet, unless a person keeps another one. */
  readonly suggest: (indices: readonly number[]) => void
}

/** Milliseconds that a pointer rests on an item before the panes scroll. */
const REST = 140

export function startPlanItems(data: PageData, tabs: Tabs): PlanItems {
  const list = one('#items', HTMLElement)
  const panes = one('.panes', HTMLElement)
  const buttons = all('.item', list).filter((button) => button instanceof HTMLButtonElement)
  const linesOf = groupPairs(
    all('[data-i]', panes).flatMap((line) => itemsOf(line).map((index) => [index, line] as const)),
  )

  let kept: readonly number[] = []
  let isKeptByHand = false
  let pointed: readonly number[] | undefined
  let focused: readonly number[] | undefined
  let highlighted: readonly Element[] = []
  let timer: ReturnType<typeof setTimeout> | undefined

  const active = (): readonly number[] => pointed ?? focused ?? kept

  function show(): void {
    for (const element of highlighted) element.classList.remove('on')
    highlighted = active().flatMap((index) => [
      ...(linesOf.get(index) ?? []),
      ...(buttons[index] === undefined ? [] : [buttons[index]]),
    ])
    for (const element of highlighted) element.classList.add('on')
    buttons.forEach((button, index) => button.setAttribute('aria-pressed', String(kept.includes(index))))
    showMechanisms()
  }

  /** On each tab and above each pane, how the target supports the first highlighted item. */
  function showMechanisms(): void {
    const [index] = active()
    for (const button of tabs.buttons) {
      const target = data.targets.find(({ id }) => id === button.dataset['pane'])
      const number = index === undefined ? undefined : target?.cells[index]
      const cell = number === undefined ? undefined : data.cells[number]
      const badge = one('.mechanism', HTMLElement, button)
      badge.className = cell === undefined ? 'mechanism' : `mechanism badge ${cell.mechanism}`
      badge.textContent = cell?.label ?? ''
      one('.support-note', HTMLElement, tabs.paneOf(button)).replaceChildren(
        ...(cell === undefined
          ? []
          : [
              create('span', `badge ${cell.mechanism}`, cell.label),
              ' ',
              ...proseNodes(cell.remarks.join('. ')),
            ]),
      )
    }
  }

  /** Scrolls each pane, except one, to the first line of the items unless a line of the same item is in view. */
  function scrollPanes(except?: Element): void {
    for (const button of tabs.buttons) {
      const box = one('.scroll', HTMLElement, tabs.paneOf(button))
      if (box === except || box.clientHeight === 0) continue
      const [lines = []] = active()
        .map((index) => (linesOf.get(index) ?? []).filter((line) => box.contains(line)))
        .filter((ofItem) => ofItem.length > 0)
      const [first] = lines
      if (first !== undefined && !lines.some((line) => isInView(line, box))) scrollTo(box, first)
    }
  }

  function scrollList(): void {
    const button = buttons[active()[0] ?? -1]
    if (button !== undefined && !isInView(button, list)) scrollTo(list, button)
  }

  function toggle(indices: readonly number[], except?: Element): void {
    const isSame = indices.length === kept.length && indices.every((index) => kept.includes(index))
    isKeptByHand = !isSame
    keep(isSame ? [] : indices, except)
  }

  /** `except`: the pane in which a person clicked stays as it is. */
  function keep(indices: readonly number[], except?: Element): void {
    kept = indices
    show()
    const [first] = kept
    if (first === undefined) return
    setCurrent(first)
    scrollPanes(except)
    scrollList()
  }

  /** Shows what is pointed at, and scrolls once the pointer rests. */
  function point(indices: readonly number[] | undefined, scroll: () => void): void {
    pointed = indices
    show()
    clearTimeout(timer)
    timer = setTimeout(scroll, REST)
  }

  let current = 0
  function setCurrent(index: number): void {
    const before = buttons[current]
    if (before !== undefined) before.tabIndex = -1
    current = index
    const now = buttons[index]
    if (now !== undefined) now.tabIndex = 0
  }

  buttons.forEach((button, index) => {
    button.addEventListener('pointerenter', (event) => {
      if (event.pointerType !== 'touch') point([index], scrollPanes)
    })
    button.addEventListener('focus', () => {
      focused = [index]
      setCurrent(index)
      show()
      if (button.matches(':focus-visible')) scrollPanes()
    })
    button.addEventListener('blur', () => {
      focused = undefined
      show()
    })
    button.addEventListener('click', () => toggle([index]))
  })
  list.addEventListener('pointerleave', () => point(undefined, scrollPanes))
  list.addEventListener('keydown', (event) => {
    const next = nextIndex(event.key, current, buttons.length)
    const button = next === undefined ? undefined : buttons[next]
    if (button === undefined) return
    event.preventDefault()
    button.focus()
  })

  panes.addEventListener('pointerover', (event) => {
    if (event.pointerType === 'touch') return
    const line = lineAt(event.target)
    point(line === undefined ? undefined : itemsOf(line), () => {
      if (line === undefined) return
      scrollPanes(line.closest('.scroll') ?? undefined)
      scrollList()
    })
  })
  // A person may have scrolled the pane to read elsewhere: it stays.
  panes.addEventListener('pointerleave', () => point(undefined, () => undefined))
  panes.addEventListener('click', (event) => {
    const line = lineAt(event.target)
    if (line === undefined || String(getSelection()) !== '') return
    toggle(itemsOf(line), line.closest('.scroll') ?? undefined)
  })
  document.addEventListener('keydown', (event) => {
    if (event.key !== 'Escape') return
    isKeptByHand = false
    pointed = undefined
    focused = undefined
    keep([])
  })
  tabs.onChange(() => scrollPanes())

  setCurrent(0)
  return {
    reveal: (index) => {
      isKeptByHand = true
      keep([index])
      one('#files', HTMLElement).scrollIntoView({ behavior: scrollBehavior() })
    },
    suggest: (indices) => {
      if (!isKeptByHand) keep(indices)
    },
  }
}

/** Height of the title that sticks to the top of a box. */
const titleHeight = (box: Element): number =>
  Math.max(0, ...all('h3, h4', box).map((title) => title.getBoundingClientRect().height))

function isInView(element: Element, box: Element): boolean {
  const frame = box.getBoundingClientRect()
  const { top, bottom } = element.getBoundingClientRect()
  return top >= frame.top + titleHeight(box) && bottom <= frame.bottom
}

/** To a third of the box from its top. The page itself does not scroll. */
function scrollTo(box: Element, element: Element): void {
  const offset = element.getBoundingClientRect().top - box.getBoundingClientRect().top
  box.scrollTo({ top: box.scrollTop + offset - box.clientHeight / 3, behavior: scrollBehavior() })
}

const itemsOf = (line: Element): readonly number[] =>
  (line.getAttribute('data-i') ?? '')
    .split(' ')
    .filter((index) => index !== '')
    .map(Number)

const lineAt = (target: EventTarget | null): Element | undefined =>
  target instanceof Element ? (target.closest('[data-i]') ?? undefined) : undefined
