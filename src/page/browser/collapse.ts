// What folds: on a phone how stacks behave is closed at first, for it is long; on paper all is open.
import { all, narrowScreen } from './dom.js'

export function startFolds(): void {
  if (narrowScreen().matches) for (const fold of all('#behaviour details')) fold.removeAttribute('open')
  addEventListener('beforeprint', () => {
    for (const fold of all('details')) fold.setAttribute('open', '')
  })
}
