// Links into files: the stack that they lead to is shown first, for the browser cannot scroll to what is hidden.
import type { Chooser } from './chooser.js'
import { all } from './elements.js'

export function startAnchors(chooser: Chooser): void {
  for (const link of all('.tail a'))
    link.addEventListener('click', () => {
      const target = document.getElementById((link.getAttribute('href') ?? '').slice(1))
      if (target !== null) chooser.open(target)
    })
}
