// The same idea in every file: what is pointed at, focused or clicked lights up everywhere, and files scroll to it.
import type { PageData } from '../model/data.js'
import type { Chooser } from './target-tabs.js'
import { all, make, one, scrolling } from './dom.js'

export interface Ideas {
  /** Holds the idea and brings the files into sight. */
  readonly reveal: (index: number) => void
  /** What a packet went by: held until a person holds something else. */
  readonly suggest: (indices: readonly number[]) => void
}

/** Milliseconds that a pointer rests before files move under it. */
const REST = 140

export function startIdeas(data: PageData, chooser: Chooser): Ideas {
  const list = one('#ideas', HTMLElement)
  const stacks = one('.stacks', HTMLElement)
  const buttons = all('.idea', list).filter((button) => button instanceof HTMLButtonElement)
  // In the order of the ideas, which is that of the list.
  const linesOf = new Map<number, Element[]>()
  for (const line of all('[data-i]', stacks))
    for (const index of indicesOf(line)) {
      const same = linesOf.get(index)
      if (same === undefined) linesOf.set(index, [line])
      else same.push(line)
    }

  let pinned: readonly number[] = []
  let isByHand = false
  let pointed: readonly number[] | undefined
  let focused: readonly number[] | undefined
  let shown: readonly Element[] = []
  let timer: ReturnType<typeof setTimeout> | undefined

  function show(): void {
    const active = pointed ?? focused ?? pinned
    for (const element of shown) element.classList.remove('on')
    shown = active.flatMap((index) => [
      ...(linesOf.get(index) ?? []),
      ...(buttons[index] === undefined ? [] : [buttons[index]]),
    ])
    for (const element of shown) element.classList.add('on')
    buttons.forEach((button, index) => button.setAttribute('aria-pressed', String(pinned.includes(index))))
    tellCosts(active)
  }

  function tellCosts(active: readonly number[]): void {
    const [index] = active
    for (const button of chooser.buttons) {
      const stack = data.stacks.find(({ id }) => id === button.dataset['stack'])
      const number = index === undefined ? undefined : stack?.cells[index]
      const cell = number === undefined ? undefined : data.cells[number]
      const badge = one('.cost', HTMLElement, button)
      badge.className = cell === undefined ? 'cost' : `cost badge ${cell.cost}`
      badge.textContent = cell === undefined ? '' : cell.label
      const says = one('.says', HTMLElement, chooser.columnOf(button))
      says.replaceChildren(
        ...(cell === undefined
          ? []
          : [make('span', `badge ${cell.cost}`, cell.label), ` ${cell.remarks.join('. ')}`]),
      )
    }
  }

  /** Each file’s box to its first line of the idea, unless one of its lines is in sight; the page itself stays. */
  function scrollFiles(index: number, but?: Element): void {
    for (const button of chooser.buttons) {
      const box = one('.scroll', HTMLElement, chooser.columnOf(button))
      if (box === but || box.clientHeight === 0) continue
      const lines = (linesOf.get(index) ?? []).filter((line) => box.contains(line))
      const frame = box.getBoundingClientRect()
      const isSeen = lines.some((line) => {
        const { top, bottom } = line.getBoundingClientRect()
        return top >= frame.top && bottom <= frame.bottom
      })
      const [first] = lines
      if (first === undefined || isSeen) continue
      const top = box.scrollTop + first.getBoundingClientRect().top - frame.top - box.clientHeight / 3
      box.scrollTo({ top, behavior: scrolling() })
    }
  }

  function scrollList(index: number): void {
    const button = buttons[index]
    if (button === undefined) return
    const frame = list.getBoundingClientRect()
    const { top, bottom } = button.getBoundingClientRect()
    if (top < frame.top || bottom > frame.bottom)
      list.scrollTo({ top: list.scrollTop + top - frame.top - list.clientHeight / 3, behavior: scrolling() })
  }

  function toggle(indices: readonly number[], box?: Element): void {
    const isSame = indices.length === pinned.length && indices.every((index) => pinned.includes(index))
    isByHand = !isSame
    hold(isSame ? [] : indices, box)
  }

  /** `box`: where a person points at the idea, which stays as it is. */
  function hold(indices: readonly number[], box?: Element): void {
    pinned = indices
    show()
    const [first] = pinned
    if (first === undefined) return
    setCurrent(first)
    scrollFiles(first, box)
    scrollList(first)
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
      if (event.pointerType === 'touch') return
      pointed = [index]
      show()
      clearTimeout(timer)
      timer = setTimeout(() => scrollFiles(index), REST)
    })
    button.addEventListener('focus', () => {
      focused = [index]
      setCurrent(index)
      show()
      if (button.matches(':focus-visible')) scrollFiles(index)
    })
    button.addEventListener('blur', () => {
      focused = undefined
      show()
    })
    button.addEventListener('click', () => toggle([index]))
  })
  list.addEventListener('pointerleave', leave)
  list.addEventListener('keydown', (event) => {
    const next = nextIdea(event.key, current, buttons.length)
    const button = next === undefined ? undefined : buttons[next]
    if (button === undefined) return
    event.preventDefault()
    button.focus()
  })

  stacks.addEventListener('pointerover', (event) => {
    if (event.pointerType === 'touch') return
    const line = lineAt(event.target)
    pointed = line === undefined ? undefined : indicesOf(line)
    show()
  })
  stacks.addEventListener('pointerleave', leave)
  stacks.addEventListener('click', (event) => {
    const line = lineAt(event.target)
    if (line === undefined || String(getSelection()) !== '') return
    toggle(indicesOf(line), line.closest('.scroll') ?? undefined)
  })
  document.addEventListener('keydown', (event) => {
    if (event.key !== 'Escape') return
    isByHand = false
    pointed = undefined
    focused = undefined
    hold([])
  })

  function leave(): void {
    clearTimeout(timer)
    pointed = undefined
    show()
  }

  setCurrent(0)
  return {
    reveal: (index) => {
      isByHand = true
      hold([index])
      one('#files', HTMLElement).scrollIntoView({ behavior: scrolling() })
    },
    suggest: (indices) => {
      if (!isByHand) hold(indices)
    },
  }
}

const indicesOf = (line: Element): readonly number[] =>
  (line.getAttribute('data-i') ?? '')
    .split(' ')
    .filter((word) => word !== '')
    .map(Number)

const lineAt = (target: EventTarget | null): Element | undefined =>
  target instanceof Element ? (target.closest('[data-i]') ?? undefined) : undefined

function nextIdea(key: string, index: number, count: number): number | undefined {
  switch (key) {
    case 'ArrowDown':
      return Math.min(count - 1, index + 1)
    case 'ArrowUp':
      return Math.max(0, index - 1)
    case 'Home':
      return 0
    case 'End':
      return count - 1
    default:
      return undefined
  }
}
