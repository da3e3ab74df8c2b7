// Light or dark theme: as the system prefers, until the button is pressed.
import { one } from './dom.js'

export function startTheme(): void {
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
