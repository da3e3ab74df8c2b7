// Expansion of shell words, as far as variables have known values. No command runs and nothing is computed.
import type { Word, WordPart, ParameterExpansionPart } from 'unbash'
import type { Environment, SymbolValue, Value } from './environment.js'

export type Expansion =
  | { readonly ok: true; readonly fields: readonly string[] }
  /** `parts`: the word is symbols and text, one behind another. */
  | { readonly ok: false; readonly why: string; readonly parts?: readonly (string | SymbolValue)[] }

/** Characters of a value: a script may double one at each line. */
const MAX_VALUE = 100_000

/** The symbol that a word is. */
export const symbolOf = (expansion: Expansion): SymbolValue | undefined => {
  const [only, ...others] = expansion.ok ? [] : (expansion.parts ?? [])
  return typeof only === 'object' && others.length === 0 ? only : undefined
}

type Piece = { readonly value: Value; readonly isQuoted: boolean }

/** Fields of a word after field splitting. Patterns of file names stay as they are written. */
export function expandWord(word: Word, environment: Environment): Expansion {
  if (word.parts === undefined) return { ok: true, fields: [word.value] }
  const pieces = word.parts.flatMap((part) => piecesOf(part, environment, false))
  const symbol = pieces.map(({ value }) => value).find((value) => value.kind === 'symbol')
  if (symbol !== undefined) {
    const why =
      pieces.length === 1
        ? `\`${word.text}\` is set when the script runs: ${symbol.meaning}`
        : `\`${word.text}\` contains ${symbol.meaning}`
    const parts = pieces.map(({ value }) =>
      value.kind === 'text' ? value.text : value.kind === 'symbol' ? value : undefined,
    )
    return parts.every((part) => part !== undefined) ? { ok: false, why, parts } : { ok: false, why }
  }
  const fields: string[] = []
  let current: string | undefined
  for (const { value, isQuoted } of pieces) {
    if (value.kind === 'unknown') return { ok: false, why: value.why }
    if (value.kind === 'symbol') continue
    if ((current?.length ?? 0) > MAX_VALUE) return { ok: false, why: 'the value is too long' }
    const texts = value.kind === 'text' ? [value.text] : value.texts
    if (isQuoted && value.kind === 'text') current = `${current ?? ''}${value.text}`
    else if (isQuoted)
      for (const [index, each] of texts.entries()) {
        if (index > 0 && current !== undefined) fields.push(current)
        current = index > 0 ? each : `${current ?? ''}${each}`
      }
    else {
      const whole = texts.join(' ')
      const parts = whole.split(/[ \t\n]+/)
      for (const [index, each] of parts.entries()) {
        if (index > 0) {
          if (current !== undefined) fields.push(current)
          current = undefined
        }
        if (each !== '') current = `${current ?? ''}${each}`
      }
    }
  }
  if (current !== undefined) fields.push(current)
  return { ok: true, fields }
}

/** The text of a word without field splitting, as an assignment or a redirection takes it. */
export function expandText(word: Word, environment: Environment): Value {
  if (word.parts === undefined) return { kind: 'text', text: word.value }
  return joinPieces(word.parts.flatMap((part) => piecesOf(part, environment, true)))
}

/** Text of a here-document. */
export function expandParts(parts: readonly WordPart[], environment: Environment): Value {
  return joinPieces(parts.flatMap((part) => piecesOf(part, environment, true)))
}

function joinPieces(pieces: readonly Piece[]): Value {
  const [first] = pieces
  if (pieces.length === 1 && first !== undefined && first.value.kind !== 'list') return first.value
  let whole = ''
  for (const { value } of pieces) {
    if (value.kind === 'unknown') return value
    if (value.kind === 'symbol') return { kind: 'unknown', why: `it contains ${value.meaning}` }
    whole += value.kind === 'text' ? value.text : value.texts.join(' ')
    if (whole.length > MAX_VALUE) return { kind: 'unknown', why: 'the value is too long' }
  }
  return { kind: 'text', text: whole }
}

function piecesOf(part: WordPart, environment: Environment, isQuoted: boolean): readonly Piece[] {
  const literal = (value: string): readonly Piece[] => [
    { value: { kind: 'text', text: value }, isQuoted: true },
  ]
  const unknown = (why: string): readonly Piece[] => [{ value: { kind: 'unknown', why }, isQuoted }]
  switch (part.type) {
    case 'Literal':
    case 'SingleQuoted':
    case 'AnsiCQuoted':
    case 'Glob':
      return literal(part.value)
    case 'DoubleQuoted':
    case 'LocaleString': {
      const inner = part.parts.flatMap((child) => piecesOf(child, environment, true))
      return inner.length === 0 ? literal('') : inner
    }
    case 'SimpleExpansion':
      return [{ value: variable(part.text.slice(1), part.text, environment), isQuoted }]
    case 'ParameterExpansion':
      return [{ value: parameter(part, environment), isQuoted }]
    case 'CommandExpansion':
      return unknown(`the output of \`${part.text}\` is not known`)
    case 'ArithmeticExpansion':
      return unknown(`\`${part.text}\` is not computed`)
    case 'ProcessSubstitution':
    case 'ExtendedGlob':
    case 'BraceExpansion':
      return unknown(`\`${part.text}\` is not expanded`)
  }
}

function variable(name: string, written: string, environment: Environment): Value {
  if (name === '@' || name === '*') {
    const texts: string[] = []
    for (const value of environment.arguments) {
      if (value.kind !== 'text') return { kind: 'unknown', why: `\`${written}\` is not known` }
      texts.push(value.text)
    }
    return { kind: 'list', texts }
  }
  if (/^[1-9]\d*$/.test(name))
    return (
      environment.arguments[Number(name) - 1] ??
      environment.variables.get(name) ?? { kind: 'unknown', why: `\`${written}\` is not known` }
    )
  return (
    environment.variables.get(name) ?? { kind: 'unknown', why: `\`${written}\` is set nowhere in the file` }
  )
}

function parameter(part: ParameterExpansionPart, environment: Environment): Value {
  const { operation, prefix, index } = part
  const unknown: Value = { kind: 'unknown', why: `\`${part.text}\` is not computed` }
  const value = variable(part.parameter, part.text, environment)
  if (prefix !== undefined) return unknown
  if (index !== undefined) {
    if (index.text === '@' || index.text === '*') return value
    const number = Number(index.value)
    return value.kind === 'list' && value.texts[number] !== undefined
      ? { kind: 'text', text: value.texts[number] }
      : unknown
  }
  // An array without an index is its first element.
  if (value.kind === 'list' && operation === undefined && !/^[@*]$/.test(part.parameter))
    return { kind: 'text', text: value.texts[0] ?? '' }
  if (operation === undefined) return value
  if (operation.type === 'Default') {
    const isSet = environment.variables.has(part.parameter) || value.kind !== 'unknown'
    const isEmpty =
      !isSet || (value.kind === 'text' && value.text === '' && operation.operator.startsWith(':'))
    if (operation.operator.endsWith('+'))
      return isEmpty ? { kind: 'text', text: '' } : expandText(operation.operand, environment)
    if (!isEmpty || operation.operator.endsWith('?')) return value
    const fallback = expandText(operation.operand, environment)
    if (operation.operator.endsWith('=')) environment.variables.set(part.parameter, fallback)
    return fallback
  }
  if (operation.type === 'Remove' && value.kind === 'text') {
    const pattern = expandText(operation.operand, environment)
    if (pattern.kind !== 'text') return unknown
    return { kind: 'text', text: removed(value.text, pattern.text, operation.operator) }
  }
  return unknown
}

/** `${NAME#pattern}` and its kin. */
function removed(value: string, pattern: string, operator: '#' | '##' | '%' | '%%'): string {
  const matches = patternOf(pattern)
  const lengths = Array.from({ length: Math.min(value.length, 4096) + 1 }, (_, length) => length)
  if (operator.length === 2) lengths.reverse()
  for (const length of lengths) {
    const isPrefix = operator.startsWith('#')
    const piece = isPrefix ? value.slice(0, length) : value.slice(value.length - length)
    if (matches(piece)) return isPrefix ? value.slice(length) : value.slice(0, value.length - length)
  }
  return value
}

/** fnmatch(3) without classes of characters by name. Linear: `*` goes back at most to the last one. */
export function patternOf(pattern: string): (value: string) => boolean {
  return (value) => {
    let [at, from, star, mark] = [0, 0, -1, 0]
    while (at < value.length) {
      const [length, matches] = from < pattern.length ? matchOne(pattern, from, value.charAt(at)) : [0, false]
      if (pattern[from] === '*') {
        star = from++
        mark = at
      } else if (matches) {
        at++
        from += length
      } else if (star >= 0) {
        from = star + 1
        at = ++mark
      } else return false
    }
    while (pattern[from] === '*') from++
    return from === pattern.length
  }
}

function matchOne(
  pattern: string,
  from: number,
  character: string,
): readonly [length: number, matches: boolean] {
  const first = pattern.charAt(from)
  if (first === '?') return [1, true]
  const end = first === '[' ? pattern.indexOf(']', from + 2) : -1
  if (end < 0) return [1, first === character]
  const set = pattern.slice(from + 1, end)
  const isNegated = /^[!^]/.test(set)
  const members = isNegated ? set.slice(1) : set
  let isIn = false
  for (let index = 0; index < members.length; index++) {
    const [low, dash, high] = [members.charAt(index), members[index + 1], members[index + 2]]
    if (dash === '-' && high !== undefined) {
      if (low <= character && character <= high) isIn = true
      index += 2
    } else if (low === character) isIn = true
  }
  return [end - from + 1, isIn !== isNegated]
}
