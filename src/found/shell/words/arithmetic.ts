// Arithmetic of the shell, over integers that the text gives.
import { parse } from 'unbash'
import type { ArithmeticBinary, ArithmeticExpression, ArithmeticUnary, WordPart } from 'unbash'
import { text, unknown, type Environment, type Value } from '../environment.js'

export interface Context {
  readonly environment: Environment
  /** The text of `$n` and `${n}` in an expression. */
  readonly expandParts: (parts: readonly WordPart[]) => Value
  /**
   * What an expression does to the variables that it sets. A word may be expanded more than once, so that variables that it
   * sets are not known afterwards.
   */
  readonly assignments: 'set' | 'forget'
}

type Result = number | { readonly why: string }

/** Characters: a longer expression may be nested too deep for a recursive function. */
const MAX_EXPRESSION = 1000

/** The value of an expression as text. */
export function compute(expression: ArithmeticExpression, context: Context): Value {
  if (expression.end - expression.pos > MAX_EXPRESSION) {
    const why = 'the expression is too long'
    if (expression.type === 'ArithmeticBinary' && expression.operator.endsWith('='))
      assign(expression.left, { why }, context)
    return unknown(why)
  }
  const result = resultOf(expression, context)
  return typeof result === 'number' ? text(String(result)) : unknown(result.why)
}

function resultOf(expression: ArithmeticExpression, context: Context): Result {
  switch (expression.type) {
    case 'ArithmeticWord': {
      const { value, parts } = expression
      const expanded = parts === undefined ? text(value) : context.expandParts(parts)
      if (expanded.kind === 'unknown') return expanded
      return expanded.kind === 'text' ? integerOf(expanded.text, context.environment) : { why: NOT_KNOWN }
    }
    case 'ArithmeticGroup':
      return resultOf(expression.expression, context)
    case 'ArithmeticUnary':
      return unary(expression, context)
    case 'ArithmeticBinary':
      return binary(expression, context)
    case 'ArithmeticTernary': {
      const [test, ...results] = [expression.test, expression.consequent, expression.alternate].map((each) =>
        resultOf(each, context),
      )
      const result = results[test === 0 ? 1 : 0] ?? { why: NOT_KNOWN }
      return typeof test === 'number' ? result : (test ?? result)
    }
    case 'ArithmeticCommandExpansion':
      return { why: `the output of \`${expression.text}\` is not known` }
  }
}

/** An expression that stands in a text: an argument of `let`, the index of an array. */
export function computeText(expression: string, context: Context): Value {
  const [statement] = parse(`((${expression}))`).commands
  const command = statement?.command
  return command?.type === 'ArithmeticCommand' && command.expression !== undefined
    ? compute(command.expression, context)
    : unknown(NOT_KNOWN)
}

const NOT_KNOWN = 'the expression is not computed'

/** A number, or a variable with one. */
function integerOf(word: string, { variables }: Environment): Result {
  const number = /^[+-]?(?:0x[\da-f]+|\d+)$/i.test(word.trim())
  if (number) {
    const isOctal = /^[+-]?0\d/.test(word.trim())
    const value = isOctal ? Number.parseInt(word, 8) : Number(word)
    return Number.isSafeInteger(value) ? value : { why: `\`${word}\` is too large` }
  }
  const value = variables.get(word)
  if (value?.kind === 'unknown') return value
  if (value?.kind !== 'text')
    return { why: value === undefined ? `\`$${word}\` is set nowhere in the file` : NOT_KNOWN }
  return /^-?\d{1,15}$/.test(value.text) ? Number(value.text) : { why: `\`$${word}\` is no number` }
}

function unary(expression: ArithmeticUnary, context: Context): Result {
  const { operator, operand, prefix } = expression
  const value = resultOf(operand, context)
  if (operator === '++' || operator === '--') {
    const next = typeof value === 'number' ? value + (operator === '++' ? 1 : -1) : value
    assign(operand, next, context)
    return prefix ? next : value
  }
  if (typeof value !== 'number') return value
  switch (operator) {
    case '-':
      return -value
    case '+':
      return value
    case '!':
      return value === 0 ? 1 : 0
    default:
      return { why: NOT_KNOWN }
  }
}

function binary({ operator, left, right }: ArithmeticBinary, context: Context): Result {
  const assigned = /^(?<inner>[-+*/%]?)=$/.exec(operator)?.groups?.['inner']
  const b = resultOf(right, context)
  const a = assigned === '' ? 0 : resultOf(left, context)
  const isKnown = typeof a === 'number' && typeof b === 'number'
  const result = isKnown
    ? assigned === ''
      ? b
      : calculate(assigned ?? operator, a, b)
    : typeof a === 'number'
      ? b
      : a
  if (assigned !== undefined) assign(left, result, context)
  return result
}

function calculate(operator: string, a: number, b: number): Result {
  const value = calculations[operator]?.(a, b)
  return value === undefined || !Number.isSafeInteger(value) ? { why: NOT_KNOWN } : value
}

const calculations: Readonly<Record<string, (a: number, b: number) => number>> = {
  '+': (a, b) => a + b,
  '-': (a, b) => a - b,
  '*': (a, b) => a * b,
  '/': (a, b) => Math.trunc(a / b),
  '%': (a, b) => a % b,
  '**': (a, b) => a ** b,
  '<': (a, b) => Number(a < b),
  '<=': (a, b) => Number(a <= b),
  '>': (a, b) => Number(a > b),
  '>=': (a, b) => Number(a >= b),
  '==': (a, b) => Number(a === b),
  '!=': (a, b) => Number(a !== b),
  '&&': (a, b) => Number(a !== 0 && b !== 0),
  '||': (a, b) => Number(a !== 0 || b !== 0),
  '<<': (a, b) => a * 2 ** b,
  '>>': (a, b) => Math.floor(a / 2 ** b),
  ',': (_a, b) => b,
}

function assign(target: ArithmeticExpression, value: Result, context: Context): void {
  if (target.type !== 'ArithmeticWord') return
  const name = target.value.replace(/\[.*/, '')
  const isPlain = name === target.value
  const result =
    typeof value !== 'number'
      ? unknown(value.why)
      : context.assignments === 'set' && isPlain
        ? text(String(value))
        : unknown(`\`${name}\` is set inside of an expression`)
  context.environment.variables.set(name, result)
}
