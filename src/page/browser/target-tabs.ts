// Which stacks are shown: several columns beside each other where there is room, one behind a tab on a phone.
import { all, narrowScreen, one } from './dom.js'

export interface Chooser {
  /** Of each stack that is shown or can be. */
  readonly buttons: readonly HTMLButtonElement[]
  readonly columnOf: (button: HTMLButtonElement) => HTMLElement
  /** Shows the stack that the element stands in. */
  readonly open: (element: Element) => void
}

/** Wide enough for a line of many files. */
const COLUMN = 310

export function startChooser(): Chooser {
  const group = one('#chooser', HTMLElement)
  const stacks = one('.stacks', HTMLElement)
  const buttons = all('button', group).filter((button) => button instanceof HTMLButtonElement)
  const narrow = narrowScreen()
  const columnOf = (button: HTMLButtonElement): HTMLElement =>
    one(`#stack-${button.dataset['stack'] ?? ''}`, HTMLElement)

  const written = buttons.filter((button) => !columnOf(button).classList.contains('refused'))
  const count = Math.max(1, Math.min(4, Math.floor(stacks.clientWidth / COLUMN)))
  const chosen = new Set<HTMLButtonElement>((written.length > 0 ? written : buttons).slice(0, count))
  let current = [...chosen][0]

  function show(): void {
    const asTabs = narrow.matches
    group.setAttribute('role', asTabs ? 'tablist' : 'group')
    for (const button of buttons) {
      const isShown = asTabs ? button === current : chosen.has(button)
      const column = columnOf(button)
      column.hidden = !isShown
      if (asTabs) {
        button.setAttribute('role', 'tab')
        button.setAttribute('aria-selected', String(isShown))
        button.removeAttribute('aria-pressed')
        column.setAttribute('role', 'tabpanel')
      } else {
        button.removeAttribute('role')
        button.removeAttribute('aria-selected')
        button.setAttribute('aria-pressed', String(isShown))
        column.removeAttribute('role')
      }
      button.tabIndex = button === current ? 0 : -1
    }
  }

  function toggle(button: HTMLButtonElement): void {
    current = button
    if (!narrow.matches) {
      if (!chosen.has(button)) chosen.add(button)
      else if (chosen.size > 1) chosen.delete(button)
    }
    show()
  }

  function open(element: Element): void {
    const button = buttons.find((each) => columnOf(each).contains(element))
    if (button !== undefined && columnOf(button).hidden) toggle(button)
  }

  for (const button of buttons) button.addEventListener('click', () => toggle(button))
  group.addEventListener('keydown', (event) => {
    const index = buttons.findIndex((button) => button === document.activeElement)
    const next = nextOf(event.key, index, buttons.length)
    const button = next === undefined ? undefined : buttons[next]
    if (index === -1 || button === undefined) return
    event.preventDefault()
    current = button
    show()
    button.focus()
  })
  narrow.addEventListener('change', show)
  show()
  return { buttons, columnOf, open }
}

function nextOf(key: string, index: number, count: number): number | undefined {
  switch (key) {
    case 'ArrowRight':
    case 'ArrowDown':
      return (index + 1) % count
    case 'ArrowLeft':
    case 'ArrowUp':
      return (index + count - 1) % count
    case 'Home':
      return 0
    case 'End':
      return count - 1
    default:
      return undefined
  }
}
