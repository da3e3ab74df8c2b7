// Tabs of the panes: several panes side by side on a wide screen, one on a narrow screen.
import { all, narrowScreen, nextIndex, one } from './dom.js'

export interface Tabs {
  readonly buttons: readonly HTMLButtonElement[]
  readonly paneOf: (button: HTMLButtonElement) => HTMLElement
  /** Shows the pane that has the element. */
  readonly open: (element: Element) => void
  /** Calls back when panes appear, disappear or change their width. */
  readonly onChange: (callback: () => void) => void
}

/** Minimum width of a pane, in CSS pixels: some forty characters. */
const MIN_PANE_WIDTH = 340
const MAX_PANES = 4

export function startTabs(): Tabs {
  const group = one('#tabs', HTMLElement)
  const panes = one('.panes', HTMLElement)
  const buttons = all('button', group).filter((button) => button instanceof HTMLButtonElement)
  const narrow = narrowScreen()
  const paneOf = (button: HTMLButtonElement): HTMLElement =>
    one(`#pane-${button.dataset['pane'] ?? ''}`, HTMLElement)
  const written = buttons.filter((button) => !paneOf(button).classList.contains('refused'))
  const available = written.length > 0 ? written : buttons

  let shown = new Set<HTMLButtonElement>()
  let isChosen = false
  // The description has the first tab. Where one pane has room, it is that of a target.
  let current = available.find(({ id }) => id !== 'tab-description') ?? available[0]
  const callbacks: (() => void)[] = []

  function update(): void {
    const isTabList = narrow.matches
    if (!isChosen) {
      const count = Math.min(MAX_PANES, Math.floor(panes.clientWidth / MIN_PANE_WIDTH))
      shown = new Set(count > 1 ? available.slice(0, count) : available.filter((each) => each === current))
    }
    group.setAttribute('role', isTabList ? 'tablist' : 'group')
    for (const button of buttons) {
      const isShown = isTabList ? button === current : shown.has(button)
      const pane = paneOf(button)
      pane.hidden = !isShown
      if (isTabList) {
        button.setAttribute('role', 'tab')
        button.setAttribute('aria-selected', String(isShown))
        button.removeAttribute('aria-pressed')
        pane.setAttribute('role', 'tabpanel')
      } else {
        button.removeAttribute('role')
        button.removeAttribute('aria-selected')
        button.setAttribute('aria-pressed', String(isShown))
        pane.removeAttribute('role')
      }
      button.tabIndex = button === current ? 0 : -1
    }
    for (const callback of callbacks) callback()
  }

  function toggle(button: HTMLButtonElement): void {
    current = button
    if (!narrow.matches) {
      isChosen = true
      if (!shown.has(button)) shown.add(button)
      else if (shown.size > 1) shown.delete(button)
    }
    update()
  }

  function open(element: Element): void {
    const button = buttons.find((each) => paneOf(each).contains(element))
    if (button !== undefined && paneOf(button).hidden) toggle(button)
  }

  for (const button of buttons) button.addEventListener('click', () => toggle(button))
  group.addEventListener('keydown', (event) => {
    const index = buttons.findIndex((button) => button === document.activeElement)
    const next = nextIndex(event.key, index, buttons.length)
    const button = next === undefined ? undefined : buttons[next]
    if (index === -1 || button === undefined) return
    event.preventDefault()
    current = button
    update()
    button.focus()
  })
  // Also runs once at the start.
  new ResizeObserver(update).observe(panes)
  narrow.addEventListener('change', update)
  update()
  return { buttons, paneOf, open, onChange: (callback) => callbacks.push(callback) }
}
