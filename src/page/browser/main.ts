// Script of the page: the lookup that `trace` uses, the highlighted path, and the plan items in every file.
import type { PageData } from '../model/data.js'
import { all, one } from './dom.js'
import { startPacket } from './packet.js'
import { startPlanItems } from './plan-items.js'
import { startTabs, type Tabs } from './target-tabs.js'

const data = JSON.parse(one('#data', HTMLScriptElement).textContent ?? '') as PageData

document.documentElement.classList.add('js')
startTheme()
const tabs = startTabs()
startAnchors(tabs)
startPacket(data, startPlanItems(data, tabs))

// Paper has no folds, and no need of programs.
addEventListener('beforeprint', () => {
  for (const fold of all('details:not(.program)')) fold.setAttribute('open', '')
})

/** Light or dark: as the system prefers, until the button is pressed. */
function startTheme(): void {
  const button = one('#theme', HTMLButtonElement)
  const system = matchMedia('(prefers-color-scheme: dark)')
  let chosen: 'light' | 'dark' | undefined
  const isDark = (): boolean => (chosen === undefined ? system.matches : chosen === 'dark')
  const update = (): void => {
    if (chosen !== undefined) document.documentElement.dataset['theme'] = chosen
    button.textContent = isDark() ? 'Light' : 'Dark'
  }
  button.addEventListener('click', () => {
    chosen = isDark() ? 'light' : 'dark'
    update()
  })
  system.addEventListener('change', update)
  update()
}

/** Links within the page. They leave the fragment of the URL alone, which has the question. */
function startAnchors(tabs: Tabs): void {
  let marked: Element | undefined
  for (const link of all('a[href^="#"]'))
    link.addEventListener('click', (event) => {
      event.preventDefault()
      const target = one(`[id="${(link.getAttribute('href') ?? '').slice(1)}"]`, HTMLElement)
      tabs.open(target)
      if (target instanceof HTMLDetailsElement) target.open = true
      marked?.classList.remove('linked')
      target.classList.add('linked')
      marked = target
      // As a browser does: the next Tab continues from here.
      if (target.tabIndex < 0) target.tabIndex = -1
      target.focus({ preventScroll: true })
      // The pane last, so that its title is in view as well.
      target.scrollIntoView()
      target.closest('.pane')?.scrollIntoView()
    })
}
