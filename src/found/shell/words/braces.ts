// Brace expansion: `{a,b}` and `{1..4}` without braces in them.
import type { Word, WordPart } from 'unbash'

const MAX_ALTERNATIVES = 1000

/** The words that a word with one pair of braces becomes; undefined for braces that are not expanded. */
export function expandBraces(word: Word): readonly Word[] | undefined {
  const { parts = [] } = word
  const index = parts.findIndex(({ type }) => type === 'BraceExpansion')
  const part = parts[index]
  const isOne = parts.filter(({ type }) => type === 'BraceExpansion').length === 1
  if (part?.type !== 'BraceExpansion' || !isOne) return undefined
  const alternatives = alternativesOf(part.text.slice(1, -1))
  return alternatives?.map((text) => {
    const literal: WordPart = { type: 'Literal', pos: part.pos, end: part.end, value: text, text }
    return { ...word, parts: [...parts.slice(0, index), literal, ...parts.slice(index + 1)] }
  })
}

function alternativesOf(inner: string): readonly string[] | undefined {
  const [, first, last] = /^(\d{1,6})\.\.(\d{1,6})$/.exec(inner) ?? []
  if (first === undefined || last === undefined)
    return /^[\w./:,-]+$/.test(inner) && inner.includes(',') ? inner.split(',') : undefined
  const [from, to] = [Number(first), Number(last)]
  const length = Math.abs(to - from) + 1
  // A leading zero asks for numbers of equal length.
  if (length > MAX_ALTERNATIVES || /^0\d/.test(first) || /^0\d/.test(last)) return undefined
  return Array.from({ length }, (_, index) => String(from + Math.sign(to - from) * index))
}
