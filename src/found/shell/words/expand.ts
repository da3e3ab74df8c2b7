// Expansion of shell words, as far as variables have known values. No command runs.
import type { Command, ParameterExpansionPart, ParameterOperation, Word, WordPart } from 'unbash'
import { compute, computeText, type Context } from './arithmetic.js'
import { expandBraces } from './braces.js'
import {
  text,
  unknown,
  type Environment,
  type ListValue,
  type SymbolValue,
  type Value,
} from '../environment.js'
import { knownOutput } from './substitution.js'

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
  const alternatives = expandBraces(word)
  if (alternatives !== undefined)
    return joinExpansions(alternatives.map((each) => expandWord(each, environment)))
  const separators = separatorsOf(environment.variables.get('IFS'))
  if (separators === undefined) return { ok: false, why: 'the value of `$IFS` is not known' }
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
      const parts = whole.split(separators)
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

/** The name of a command and its arguments; the first word with an unknown value is the problem. */
export const wordsOf = ({ name, args }: Command, environment: Environment): Expansion =>
  joinExpansions(
    [...(name === undefined ? [] : [name]), ...args].map((word) =>
      word.type === 'Assignment' ? { ok: true, fields: [word.text] } : expandWord(word, environment),
    ),
  )

function joinExpansions(expansions: readonly Expansion[]): Expansion {
  const fields: string[] = []
  for (const expansion of expansions) {
    if (!expansion.ok) return { ok: false, why: expansion.why }
    for (const field of expansion.fields) fields.push(field)
  }
  return { ok: true, fields }
}

const BLANKS = /[ \t\n]+/

/** What separates fields: blanks, or the characters of `$IFS`. Undefined if its value is not known. */
export function separatorsOf(value: Value | undefined): RegExp | undefined {
  if (value === undefined) return BLANKS
  if (value.kind !== 'text') return undefined
  const classOf = (characters: string): string => `[${characters.replace(/[\]\\^-]/g, String.raw`\$&`)}]`
  const blanks = value.text.replace(/[^ \t\n]/g, '')
  const others = value.text.replace(/[ \t\n]/g, '')
  if (others === '') return blanks === '' ? /(?!)/ : new RegExp(`${classOf(blanks)}+`)
  const around = blanks === '' ? '' : `${classOf(blanks)}*`
  return new RegExp(`${around}${classOf(others)}${around}${blanks === '' ? '' : `|${classOf(blanks)}+`}`)
}

/** The text of a word without field splitting, as an assignment or a redirection takes it. */
export function expandText(word: Word, environment: Environment): Value {
  if (word.parts === undefined) return text(word.value)
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
    if (value.kind === 'symbol') return unknown(`it contains ${value.meaning}`)
    whole += value.kind === 'text' ? value.text : value.texts.join(' ')
    if (whole.length > MAX_VALUE) return unknown('the value is too long')
  }
  return text(whole)
}

function piecesOf(part: WordPart, environment: Environment, isQuoted: boolean): readonly Piece[] {
  const literal = (value: string): readonly Piece[] => [{ value: text(value), isQuoted: true }]
  const not = (why: string): readonly Piece[] => [{ value: unknown(why), isQuoted }]
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
    case 'CommandExpansion': {
      const output = knownOutput(part.script, (command) => {
        const words = wordsOf(command, environment)
        return words.ok ? words.fields : undefined
      })
      return output === undefined
        ? not(`the output of \`${part.text}\` is not known`)
        : [{ value: text(output), isQuoted }]
    }
    case 'ArithmeticExpansion': {
      const { expression } = part
      const value =
        expression === undefined ? unknown('it is empty') : compute(expression, contextOf(environment))
      return value.kind === 'unknown'
        ? not(`\`${part.text}\` is not computed: ${value.why}`)
        : [{ value, isQuoted }]
    }
    case 'ProcessSubstitution':
    case 'ExtendedGlob':
    case 'BraceExpansion':
      return not(`\`${part.text}\` is not expanded`)
  }
}

/** For arithmetic in words. */
const contextOf = (environment: Environment): Context => ({
  environment,
  expandParts: (parts) => expandParts(parts, environment),
  assignments: 'forget',
})

/** For arithmetic commands: `((n++))`, `let`, `for ((…))`. */
export const commandContext = (environment: Environment): Context => ({
  ...contextOf(environment),
  assignments: 'set',
})

function variable(name: string, written: string, environment: Environment): Value {
  if (name === '@' || name === '*') {
    const texts: string[] = []
    for (const value of environment.arguments) {
      if (value.kind !== 'text') return unknown(`\`${written}\` is not known`)
      texts.push(value.text)
    }
    return { kind: 'list', texts }
  }
  // A symbol may be absent.
  if (name === '#' && environment.arguments.every(({ kind }) => kind === 'text'))
    return text(String(environment.arguments.length))
  if (/^[1-9]\d*$/.test(name))
    return (
      environment.arguments[Number(name) - 1] ??
      environment.variables.get(name) ??
      unknown(`\`${written}\` is not known`)
    )
  return environment.variables.get(name) ?? unknown(`\`${written}\` is set nowhere in the file`)
}

function parameter(part: ParameterExpansionPart, environment: Environment): Value {
  const { operation, prefix, index, parameter: name } = part
  const notComputed = unknown(`\`${part.text}\` is not computed`)
  const value = variable(name, part.text, environment)
  const isAll = index?.text === '@' || index?.text === '*'
  if (isAll && value.kind === 'list' && hasNames(value))
    return unknown(`bash decides the order of the elements of \`${name}\``)
  if (prefix === '!')
    return isAll && value.kind === 'list' ? { kind: 'list', texts: keysOf(value) } : notComputed
  const element = isAll ? value : elementOf(value, index, name, environment)
  if (element.kind === 'unknown' && value.kind !== 'unknown')
    return unknown(`\`${part.text}\` is not computed: ${element.why}`)
  if (prefix === '#') return lengthOf(element) ?? (element.kind === 'unknown' ? element : notComputed)
  if (operation === undefined) return element
  if (operation.type === 'Default') return withDefault(operation, element, name, environment)
  const result = changed(element, operation, environment)
  if (result === undefined) return element.kind === 'unknown' ? element : notComputed
  return result.length > MAX_VALUE ? unknown('the value is too long') : text(result)
}

export const keysOf = ({ keys, texts }: ListValue): readonly string[] =>
  keys ?? texts.map((_, index) => String(index))

/** An array without an index is its first element. */
function elementOf(value: Value, index: Word | undefined, name: string, environment: Environment): Value {
  if (value.kind !== 'list')
    return index === undefined || index.text === '0' ? value : unknown('it is no array')
  if (/^[@*]$/.test(name)) return value
  const key = index === undefined ? text('0') : indexOf(index, value, environment)
  if (key.kind === 'unknown') return key
  const found = key.kind === 'text' ? value.texts[keysOf(value).indexOf(key.text)] : undefined
  return found === undefined
    ? index === undefined
      ? text('')
      : unknown('it has no such element')
    : text(found)
}

const hasNames = ({ keys, isNamed }: ListValue): boolean =>
  isNamed === true || keys?.some((key) => !/^\d+$/.test(key)) === true

/** The index of an array is an expression, unless the array has names for its elements. */
export function indexOf(index: Word, value: Value | undefined, environment: Environment): Value {
  const key = expandText(index, environment)
  const isNamed = value?.kind === 'list' && hasNames(value)
  return key.kind !== 'text' || /^\d+$/.test(key.text) || isNamed
    ? key
    : computeText(key.text, contextOf(environment))
}

function lengthOf(value: Value): Value | undefined {
  if (value.kind === 'list') return text(String(value.texts.length))
  return value.kind === 'text' ? text(String(value.text.length)) : undefined
}

function withDefault(
  { operator, operand }: Extract<ParameterOperation, { type: 'Default' }>,
  value: Value,
  name: string,
  environment: Environment,
): Value {
  const isSet = environment.variables.has(name) || value.kind !== 'unknown'
  const isEmpty = !isSet || (value.kind === 'text' && value.text === '' && operator.startsWith(':'))
  if (operator.endsWith('+')) return isEmpty ? text('') : expandText(operand, environment)
  if (!isEmpty || operator.endsWith('?')) return value
  const fallback = expandText(operand, environment)
  if (operator.endsWith('=')) environment.variables.set(name, fallback)
  return fallback
}

/** A text without a part of it, or with another one. */
function changed(value: Value, operation: ParameterOperation, environment: Environment): string | undefined {
  if (value.kind !== 'text') return undefined
  switch (operation.type) {
    case 'Remove': {
      const pattern = expandText(operation.operand, environment)
      return pattern.kind === 'text' ? removed(value.text, pattern.text, operation.operator) : undefined
    }
    case 'Replace': {
      const [pattern, replacement] = [operation.pattern, operation.replacement].map((word) =>
        expandText(word, environment),
      )
      if (pattern?.kind !== 'text' || replacement?.kind !== 'text') return undefined
      if (/[*?[\\]/.test(pattern.text) || pattern.text === '') return undefined
      if (value.text.length * (replacement.text.length + 1) > 100 * MAX_VALUE) return undefined
      if (operation.operator === '//') return value.text.replaceAll(pattern.text, () => replacement.text)
      return operation.operator === '/' ? value.text.replace(pattern.text, () => replacement.text) : undefined
    }
    case 'Slice': {
      const [offset, length] = [operation.offset, operation.length].map((word) =>
        word === undefined ? Infinity : Number(word.text),
      )
      return offset !== undefined && length !== undefined && offset >= 0 && length >= 0
        ? value.text.slice(offset, offset + length)
        : undefined
    }
    default:
      return undefined
  }
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
