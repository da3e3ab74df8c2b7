// Elements of the page by selector; one that must be there and is not is a mistake of ours.

export const all = (selector: string, within: ParentNode = document): readonly Element[] => [
  ...within.querySelectorAll(selector),
]

export function one<Kind extends Element>(
  selector: string,
  kind: new () => Kind,
  within: ParentNode = document,
): Kind {
  const found = within.querySelector(selector)
  if (!(found instanceof kind)) throw new Error(`the page has no ${selector}`)
  return found
}

export function make(name: string, className: string, ...children: readonly (Node | string)[]): HTMLElement {
  const made = document.createElement(name)
  if (className !== '') made.className = className
  made.append(...children)
  return made
}

/** As style.css has it. */
export const narrowScreen = (): MediaQueryList => matchMedia('(max-width: 52rem)')

/** Whether movement is welcome. */
export const scrolling = (): ScrollBehavior =>
  matchMedia('(prefers-reduced-motion: reduce)').matches ? 'auto' : 'smooth'

/** Prose in which words between backticks are code. */
export const proseNodes = (text: string): readonly (Node | string)[] =>
  text.split('`').map((part, index) => (index % 2 === 0 ? part : make('code', '', part)))
