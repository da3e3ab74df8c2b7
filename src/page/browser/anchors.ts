// Links within the page. They leave the fragment of the URL alone, which has the question.
import type { Tabs } from './target-tabs.js'
import { all, one } from './dom.js'

export function startAnchors(tabs: Tabs): void {
  let marked: Element | undefined
  for (const link of all('a[href^="#"]'))
    link.addEventListener('click', (event) => {
      event.preventDefault()
      const target = one(`[id="${(link.getAttribute('href') ?? '').slice(1)}"]`, HTMLElement)
      tabs.open(target)
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
