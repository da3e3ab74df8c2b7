// Links into files: the browser goes there once the stack is shown, whose name is then brought into sight as well.
import type { Chooser } from './target-tabs.js'
import { all } from './dom.js'

export function startAnchors(chooser: Chooser): void {
  for (const link of all('.tail a'))
    link.addEventListener('click', (event) => {
      const hash = link.getAttribute('href') ?? ''
      const target = document.getElementById(hash.slice(1))
      if (target === null) return
      event.preventDefault()
      chooser.open(target)
      location.hash = hash
      target.closest('.stack')?.scrollIntoView()
    })
}
