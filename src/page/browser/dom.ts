// Elements of the page by selector. A missing element is a bug of the page.

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

export function create(
  name: string,
  className: string,
  ...children: readonly (Node | string)[]
): HTMLElement {
  const element = document.createElement(name)
  if (className !== '') element.className = className
  element.append(...children)
  return element
}

/** The same width as in style.css. */
export const narrowScreen = (): MediaQueryList => matchMedia('(max-width: 52rem)')

export const scrollBehavior = (): ScrollBehavior =>
  matchMedia('(prefers-reduced-motion: reduce)').matches ? 'auto' : 'smooth'

/** Prose with code between backticks. */
export const proseNodes = (text: string): readonly (Node | string)[] =>
  text.split('`').map((part, index) => (index % 2 === 0 ? part : create('code', '', part)))

/** The key’s next position in a list of `count`; undefined for a key that does not move. */
export function nextIndex(key: string, index: number, count: number): number | undefined {
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
