// Generated blocks of documents, between `<!-- npm run docs: NAME WORDS -->` and `<!-- end -->`; the rest is written by hand.

/** By the first word of the opening comment; the function takes the other words. */
export type Makers = Readonly<Record<string, (words: readonly string[]) => string>>

const BLOCK = /(<!-- npm run docs: ([^\n]*?) -->)\n[\s\S]*?(<!-- end -->)/g

export function fillBlocks(text: string, makers: Makers): string {
  return text.replace(BLOCK, (_whole, open: string, call: string, close: string) => {
    const [name = '', ...words] = call.split(' ')
    const make = makers[name]
    if (make === undefined)
      throw new Error(`no block is called \`${name}\`; there are: ${Object.keys(makers).join(', ')}`)
    return `${open}\n\n${make(words).trim()}\n\n${close}`
  })
}

export const hasBlocks = (text: string): boolean => text.includes('<!-- npm run docs: ')

/** The calls of a document: `['keys gateways.NAME', …]`. */
export const blockCalls = (text: string): readonly string[] =>
  [...text.matchAll(BLOCK)].map((match) => match[2] ?? '')
