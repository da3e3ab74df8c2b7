// Quoting for POSIX shells.

declare const brand: unique symbol
/** Text that a shell reads as exactly one word, or a line of such words. */
export type ShellText = string & { readonly [brand]: 'ShellText' }

const PLAIN = /^[A-Za-z0-9_@%+:,./-]+$/

/** A pattern or command of this name would be syntax: a link may be called `esac`. */
const RESERVED = /^(?:if|then|elif|else|fi|for|in|do|done|while|until|case|esac|select|function|time)$/

/** Quotes a word if a shell would change it. Throws for NUL, which no shell can represent. */
export function quote(word: string): ShellText {
  if (word.includes('\0')) throw new Error('a shell word cannot contain NUL')
  if (PLAIN.test(word) && !RESERVED.test(word)) return word as ShellText
  return `'${word.replaceAll("'", `'\\''`)}'` as ShellText
}

/** A simple command of these words. */
export const commandLine = (words: readonly string[]): ShellText => words.map(quote).join(' ') as ShellText
