// Conditions: `[ … ]`, `test` and `[[ … ]]`, with symbols for what the stack gives.
import type { TestExpression, Word } from 'unbash'
import { compareSymbol, inDoubt, type Environment, type Outcome, type SymbolValue } from './environment.js'
import { expandWord, patternOf, symbolOf, type Expansion } from './words/expand.js'

/** A condition of a script. */
export interface Question {
  /** As the script has it. */
  readonly source: string
  /** Whether a file is among those that are given. */
  readonly isGiven: (path: string) => boolean
}

type Condition = (environment: Environment) => readonly Outcome[]

const settled = (environment: Environment, ok: boolean): readonly Outcome[] => [{ environment, ok }]

const negated = (outcomes: readonly Outcome[]): readonly Outcome[] =>
  outcomes.map((outcome) => ({ ...outcome, ok: !outcome.ok }))

/** Each part that is in doubt has to be a guard. */
const bothGuards = (a: Outcome, b: Outcome): Pick<Outcome, 'isGuard'> =>
  a.isGuard === undefined && b.isGuard === undefined
    ? {}
    : { isGuard: (a.isGuard ?? true) && (b.isGuard ?? true) }

const joined =
  (word: '&&' | '||', left: Condition, right: Condition): Condition =>
  (environment) =>
    left(environment).flatMap((outcome) =>
      outcome.ok === (word === '&&')
        ? right(outcome.environment).map((next) => ({ ...next, ...bothGuards(outcome, next) }))
        : [outcome],
    )

/** `[[ … ]]`; `source` is the text of the condition. */
export function testExpression(expression: TestExpression, question: Question): Condition {
  switch (expression.type) {
    case 'TestUnary':
      return unary(expression.operator, expression.operand, question)
    case 'TestBinary':
      return binary(expression.operator, expression.left, expression.right, question.source, true)
    case 'TestNot': {
      const inner = testExpression(expression.operand, question)
      const isNegated = expression.negations.length % 2 === 1
      return (environment) => (isNegated ? negated(inner(environment)) : inner(environment))
    }
    case 'TestGroup':
      return testExpression(expression.expression, question)
    case 'TestLogical': {
      const [first, ...others] = expression.operands.map((each) => testExpression(each, question))
      const { operator } = expression
      return others.reduce(
        (left, right) => joined(operator, left, right),
        first ?? ((environment) => settled(environment, true)),
      )
    }
  }
}

const UNARY = /^-[a-hknoprstuvwxzGLNOSR]$/
const BINARY = /^(?:=|==|!=|-(?:eq|ne|lt|le|gt|ge|nt|ot|ef))$/

/** `[ … ]` without its last word, and `test …`. */
export function testWords(words: readonly Word[], question: Question): Condition {
  let index = 0
  const isAt = (...texts: readonly string[]): boolean => texts.includes(words[index]?.text ?? '')
  const or = (): Condition => {
    let left = and()
    while (isAt('-o')) {
      index++
      left = joined('||', left, and())
    }
    return left
  }
  const and = (): Condition => {
    let left = not()
    while (isAt('-a') && index + 1 < words.length) {
      index++
      left = joined('&&', left, not())
    }
    return left
  }
  const not = (): Condition => {
    if (!isAt('!')) return primary()
    index++
    const inner = not()
    return (environment) => negated(inner(environment))
  }
  const primary = (): Condition => {
    const [first, second, third] = words.slice(index)
    if (first === undefined) return (environment) => settled(environment, false)
    if (second !== undefined && third !== undefined && BINARY.test(second.text)) {
      index += 3
      return binary(second.text, first, third, question.source, false)
    }
    if (second !== undefined && UNARY.test(first.text)) {
      index += 2
      return unary(first.text, second, question)
    }
    if (/^\\?\($/.test(first.text)) {
      index++
      const inner = or()
      index++
      return inner
    }
    index++
    return unary('-n', first, question)
  }
  const condition = or()
  return index < words.length ? (environment) => inDoubt(environment, question.source) : condition
}

/** Programs, and files of the kernel and of packages. A file of the administrator may be absent. */
const THERE =
  /^(?:\/usr)?\/(?:s?bin|local\/s?bin|lib)\/|^\/(?:proc|sys|dev)(?:\/|$)|^\/etc\/(?:default|init\.d|iproute2(?:\/rt_tables)?|network(?:\/interfaces)?)\/?$/

function unary(operator: string, word: Word, { source, isGiven }: Question): Condition {
  return (environment) => {
    const value = expandCondition(word, environment)
    if (operator === '-n' || operator === '-z') {
      if (!value.ok && value.parts === undefined) return inDoubt(environment, source)
      const isEmpty = value.ok
        ? value.fields.join('') === ''
        : symbolOf(value)?.allowed?.every((each) => each === '')
      return settled(environment, (isEmpty === true) === (operator === '-z'))
    }
    const path = value.ok ? value.fields.join(' ') : undefined
    if (path !== undefined && (THERE.test(path) || isGiven(path)) && /^-[defrxs]$/.test(operator))
      return settled(environment, true)
    return inDoubt(environment, source, path !== undefined)
  }
}

function binary(operator: string, left: Word, right: Word, source: string, isPattern: boolean): Condition {
  return (environment) => {
    const [a, b] = [expandCondition(left, environment), expandCondition(right, environment)]
    if (operator === '=~') return matchExpression(environment, a, right.text, source)
    if (operator === '=' || operator === '==' || operator === '!=') {
      const result = compare(environment, a, b, source, isPattern && hasPattern(right))
      return operator === '!=' ? negated(result) : result
    }
    const [first, second] = [a, b].map((each) => (each.ok ? Number(each.fields.join(' ')) : Number.NaN))
    const isKnown = first !== undefined && second !== undefined && !Number.isNaN(first + second)
    const result = isKnown ? numeric(operator, first, second) : undefined
    if (result !== undefined) return settled(environment, result)
    return inDoubt(environment, source)
  }
}

const hasPattern = (word: Word): boolean => word.parts?.some(({ type }) => type === 'Glob') === true

/**
 * Whether something is there already: before the script, nothing is. So `$(ip rule show | grep …)` has no output, and `grep -c`
 * counts 0.
 */
function expandCondition(word: Word, environment: Environment): Expansion {
  const expansion = expandWord(word, environment)
  const [, command] = /^"?(?:\$\(|`)([^]*)(?:\)|`)"?$/.exec(word.text) ?? []
  if (expansion.ok || command === undefined || word.parts?.length !== 1) return expansion
  const isListed = /^(?:sudo\s+)?(?:\/\S+\/)?ip\s+(?:-[46]\s+)?(?:rule|ru|route|ro|r)\b/.test(command)
  // Other filters may print something of nothing, and `get` asks for an answer.
  if (!isListed || /\b(?:get|awk|sed|cut|tr|head|tail)\b/.test(command)) return expansion
  return { ok: true, fields: /\b(?:grep\s+-\w*c|wc\b)/.test(command) ? ['0'] : [] }
}

/** `[[ $1 =~ ^(eth0|eth1)$ ]]`, where the expression is a list of texts. */
function matchExpression(
  environment: Environment,
  value: Expansion,
  expression: string,
  source: string,
): readonly Outcome[] {
  const [, list, single] = /^\^(?:\(([\w|.:-]+)\)|([\w:-]+))\$$/.exec(expression) ?? []
  const texts = (list ?? single)?.split('|')
  if (value.ok && value.fields.join('') === '' && /^["']?[\w.:/ -]+["']?$/.test(expression))
    return settled(environment, false)
  if (texts === undefined || texts.some((each) => each.includes('.'))) return inDoubt(environment, source)
  if (value.ok) return settled(environment, texts.includes(value.fields.join(' ')))
  const symbol = symbolOf(value)
  if (symbol === undefined) return inDoubt(environment, source)
  const conditions = texts.map(
    (each): Condition =>
      (path) =>
        matchSymbol(path, symbol, each, false, source),
  )
  return conditions.reduce((left, right) => joined('||', left, right))(environment)
}

function compare(
  environment: Environment,
  a: Expansion,
  b: Expansion,
  source: string,
  isPattern: boolean,
): readonly Outcome[] {
  if (a.ok && b.ok) {
    const [left, right] = [a.fields.join(' '), b.fields.join(' ')]
    return settled(environment, isPattern ? patternOf(right)(left) : left === right)
  }
  const known = a.ok ? a : b.ok ? b : undefined
  const parts = a.ok ? (b.ok ? undefined : b.parts) : a.parts
  if (parts === undefined || known === undefined) return inDoubt(environment, source, /\bUSER\b/.test(source))
  return matchParts(environment, parts, known.fields.join(' '), isPattern, source)
}

/** `$1:$2` against `eth0:up`: each symbol against its part. */
export function matchParts(
  environment: Environment,
  parts: readonly (string | SymbolValue)[],
  value: string,
  isPattern: boolean,
  source: string,
): readonly Outcome[] {
  const [only] = parts
  if (parts.length === 1 && typeof only === 'object')
    return matchSymbol(environment, only, value, isPattern, source)
  if (isPattern && /^\*+$/.test(value)) return settled(environment, true)
  const escaped = (text: string): string => text.replace(/[.*+?^${}()|[\]\\]/g, String.raw`\$&`)
  const pattern = parts.map((part) => (typeof part === 'string' ? escaped(part) : '([^ ]*?)')).join('')
  const values = parts.length > 5 ? undefined : new RegExp(`^${pattern}$`).exec(value.slice(0, 200))
  if (values === undefined) return inDoubt(environment, source)
  if (values === null) return /[*?[]/.test(value) ? inDoubt(environment, source) : settled(environment, false)
  const symbols = parts.filter((part) => typeof part !== 'string')
  const conditions = symbols.map(
    (symbol, index): Condition =>
      (path) =>
        matchSymbol(path, symbol, values[index + 1] ?? '', isPattern, source),
  )
  const [first, ...others] = conditions
  const all = others.reduce(
    (left, right) => joined('&&', left, right),
    first ?? ((path) => settled(path, true)),
  )
  return all(environment)
}

/** A pattern without a list of values may match or not; the value stays unknown. */
export function matchSymbol(
  environment: Environment,
  symbol: SymbolValue,
  value: string,
  isPattern: boolean,
  source: string,
): readonly Outcome[] {
  if (!isPattern || !/[*?[]/.test(value)) return compareSymbol(environment, symbol, value)
  if (value === '*') return settled(environment, true)
  if (symbol.allowed === undefined) return inDoubt(environment, source)
  const matches = patternOf(value)
  const one = symbol.allowed.find((each) => matches(each))
  if (one === undefined) return settled(environment, false)
  return symbol.allowed.every((each) => matches(each))
    ? settled(environment, true)
    : compareSymbol(environment, symbol, one)
}

function numeric(operator: string, a: number, b: number): boolean | undefined {
  switch (operator) {
    case '-eq':
      return a === b
    case '-ne':
      return a !== b
    case '-lt':
      return a < b
    case '-le':
      return a <= b
    case '-gt':
      return a > b
    case '-ge':
      return a >= b
    default:
      return undefined
  }
}
