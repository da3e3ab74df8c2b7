// HTML and SVG out of parts: whatever is put in is text, unless it is markup already. The one place that escapes.

export interface Markup {
  readonly markup: string
}

export type Part = Markup | string | number | undefined | readonly Part[]

/** Controls but for tab and newline, and marks that turn the direction of reading: shown, so that text has no power. */
const UNPRINTABLE = /[^\P{Cc}\t\n]|[\p{Cs}\p{Bidi_Control}\ufeff]/gu

const entities: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
}

const escape = (text: string): string =>
  text.replace(UNPRINTABLE, '\ufffd').replace(/[&<>"]/g, (character) => entities[character] ?? '')

function write(part: Part): string {
  if (part === undefined) return ''
  if (typeof part === 'string') return escape(part)
  if (typeof part === 'number') return String(part)
  return 'markup' in part ? part.markup : part.map(write).join('')
}

/** Attributes stand in double quotes in every literal of ours, which is what makes escaping enough. */
export const html = (literals: TemplateStringsArray, ...parts: readonly Part[]): Markup => ({
  markup: literals.map((literal, index) => unindented(literal) + write(parts[index])).join(''),
})

/** Text of an element, in which quotes have no power: lines of files are full of them. */
export const content = (text: string): Markup => ({ markup: escape(text).replaceAll('&quot;', '"') })

/** The indent of our own code is no part of the page. */
const unindented = (literal: string): string => literal.replace(/\n\s+/g, '\n')

/** Prose in which words between backticks are code. */
export const prose = (text: string): Markup =>
  html`${text.split('`').map((part, index) => (index % 2 === 0 ? part : html`<code>${part}</code>`))}`

/** ` name="value"`, or nothing where there is no value. */
export const attribute = (name: string, value: string | number | undefined): Markup =>
  value === undefined ? { markup: '' } : html` ${name}="${value}"`

/** Without `<` no text in it can end the element or begin a comment. */
export const jsonElement = (id: string, value: unknown): Markup => ({
  markup: `<script type="application/json" id="${escape(id)}">${JSON.stringify(value)
    .replace(UNPRINTABLE, '\ufffd')
    .replaceAll('<', '\\u003c')
    .replaceAll('\u2028', '\\u2028')
    .replaceAll('\u2029', '\\u2029')}</script>`,
})
