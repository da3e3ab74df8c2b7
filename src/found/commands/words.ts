// Words of a command, read from left to right. The first problem ends the reading.
import type { Keyword } from '../../syntax/ip-keywords.js'

/** The meaning of a word: an exact keyword, or the first one that it abbreviates. */
export function meaningOf<Meaning>(word: string, keywords: readonly Keyword<Meaning>[]): Meaning | undefined {
  if (word === '') return undefined
  const keyword =
    keywords.find(([exact]) => exact === word) ??
    keywords.find(([full, , short]) => short === 'short' && full.startsWith(word))
  return keyword?.[1]
}

/** The full word that `word` abbreviates. */
export const expand = <Full extends string>(word: string, words: readonly Full[]): Full | undefined =>
  words.find((full) => full === word) ??
  (word === '' ? undefined : words.find((full) => full.startsWith(word)))

export interface Words {
  /** undefined after the last word, or after a problem. */
  next(): string | undefined
  peek(): string | undefined
  /** The value behind a keyword. A missing or unreadable one is a problem. */
  value<T>(keyword: string, parse: (word: string) => T | undefined): T | undefined
  /** Returns undefined, so that a reader can return it. */
  fail(why: string): undefined
  /** Why the command is not understood, as a clause. */
  readonly problem: string | undefined
}

export function createWords(words: readonly string[]): Words {
  let index = 0
  let problem: string | undefined
  const peek = (): string | undefined => (problem === undefined ? words[index] : undefined)
  const next = (): string | undefined => {
    const word = peek()
    index++
    return word
  }
  const fail = (why: string): undefined => {
    problem ??= why
    return undefined
  }
  return {
    next,
    peek,
    value(keyword, parse) {
      const word = next()
      const value = word === undefined ? undefined : parse(word)
      if (word === undefined) fail(`\`${keyword}\` has no value`)
      else if (value === undefined) fail(`\`${word}\` is no value of \`${keyword}\``)
      return value
    },
    fail,
    get problem() {
      return problem
    },
  }
}
