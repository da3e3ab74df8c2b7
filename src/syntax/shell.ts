// Words of POSIX shell: everything that comes from data is quoted here, once.

declare const brand: unique symbol
/** Text that a shell reads as exactly one word, or a line made of such words. */
export type ShellText = string & { readonly [brand]: 'ShellText' }

const PLAIN = /^[A-Za-z0-9_@%+:,./-]+$/

/** One word; quoted only where a shell would read it otherwise. Refuses NUL, which no shell can carry. */
export function quote(word: string): ShellText {
  if (word.includes('\0')) throw new Error('a shell word cannot hold NUL')
  if (PLAIN.test(word)) return word as ShellText
  return `'${word.replaceAll("'", `'\\''`)}'` as ShellText
}

/** A simple command of these words. */
export const commandLine = (words: readonly string[]): ShellText => words.map(quote).join(' ') as ShellText
