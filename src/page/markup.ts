// HTML and SVG templates: every part is escaped unless it is markup already. The only place that escapes.

export interface Markup {
  readonly markup: string
}

export type Part = Markup | string | number | undefined | readonly Part[]

/** Control characters except tab and newline, surrogates, and marks that change the direction of text. */
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

/** Escaping is enough since every literal puts attributes in double quotes. */
export const html = (literals: TemplateStringsArray, ...parts: readonly Part[]): Markup => ({
  markup: literals.map((literal, index) => unindented(literal) + write(parts[index])).join(''),
})

/** Text of an element, where quotes need no escape: lines of files are full of them. */
export const content = (text: string): Markup => ({ markup: escape(text).replaceAll('&quot;', '"') })

/** Removes the indent of the source code. */
const unindented = (literal: string): string => literal.replace(/\n\s+/g, '\n')

/** Prose with code between backticks. */
export const prose = (text: string): Markup =>
  html`${text.split('`').map((part, index) => (index % 2 === 0 ? part : html`<code>${part}</code>`))}`

/** ` name="value"`, or empty without a value. */
export const attribute = (name: string, value: string | number | undefined): Markup =>
  value === undefined ? { markup: '' } : html` ${name}="${value}"`

/** `<` is escaped, so that no text ends the element or begins a comment. */
export const jsonElement = (id: string, value: unknown): Markup => ({
  markup: `<script type="application/json" id="${escape(id)}">${JSON.stringify(value)
    .replace(UNPRINTABLE, '\ufffd')
    .replaceAll('<', '\\u003c')
    .replaceAll('\u2028', '\\u2028')
    .replaceAll('\u2029', '\\u2029')}</script>`,
})
