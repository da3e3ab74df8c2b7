// The bricks of the grammar: keys with their meaning, and scalars that are read into the kernel's words.
import * as z from 'zod/mini'
import type { ArgsOf, DiagnosticCode } from '../../diagnostics/catalogue/catalogue.js'
import type { Reporter, ReportOptions } from '../../diagnostics/reporter.js'
import { didYouMean } from '../../diagnostics/suggest.js'
import { fixForType, describeValue, type Wanted } from './describe-value.js'

/** What an editor and the docs need to know of a key: JSON Schema's words, and the default in a person's. */
export interface Shape {
  readonly description?: string
  readonly type?: string | readonly string[]
  readonly pattern?: string
  readonly enum?: readonly (string | number | boolean)[]
  readonly anyOf?: readonly Shape[]
  readonly minimum?: number
  readonly maximum?: number
  readonly maxLength?: number
  readonly propertyNames?: Shape
}

/** A registry of our own: zod's global one would be shared with whoever imports zod beside us. */
export const shapes = z.registry<Shape>()

/** Something wrong that the schema itself has found; carried through zod's issues to the decoder. */
export interface Problem {
  /** The value is of another kind than asked for, so that in a union another branch may be the one that was meant. */
  readonly isShape: boolean
  /** `written` is the value as it stands in the text. */
  readonly report: (reporter: Reporter, written: string | undefined) => void
}

export type Reading<T> = { readonly value: T } | { readonly problem: Problem }

export const ok = <T>(value: T): Reading<T> => ({ value })

type OfWritten<T> = T | ((written: string | undefined) => T)
const given = <T extends object>(choice: OfWritten<T>, written: string | undefined): T =>
  typeof choice === 'function' ? choice(written) : choice

/** Arguments and options may depend on how the value is written. */
export const fail = <C extends DiagnosticCode>(
  code: C,
  args: OfWritten<ArgsOf<C>>,
  options: OfWritten<ReportOptions> = {},
  isShape = false,
): { readonly problem: Problem } => ({
  problem: {
    isShape,
    report: (reporter, written) => reporter.report(code, given(args, written), given(options, written)),
  },
})

/** A number is told as it is written: `1.30`, not 1.3. */
export const wrongType = (
  wanted: Wanted,
  expected: string,
  value: unknown,
): { readonly problem: Problem } => {
  const fix = fixForType(wanted, value)
  const args = (written: string | undefined) => ({ expected, found: describeValue(value, written) })
  return fail('type-wrong', args, fix === undefined ? {} : { fix }, true)
}

interface Issues {
  readonly issues: unknown[]
}

/** zod lets issues carry anything in `params`; ours carry a `Problem` there. */
export const addIssue = (
  context: Issues,
  value: unknown,
  { problem }: { problem: Problem },
  path: (string | number)[] = [],
): void => {
  context.issues.push({ code: 'custom', input: value, params: { problem }, path })
}

/** `shape` is what JSON Schema can say of the input; `read` says the rest. One node of zod: a hundred are made at each start. */
export const scalar = <T>(shape: Shape, read: (value: unknown) => Reading<T>) =>
  z
    .transform<unknown, T>((value, context) => {
      const reading = read(value)
      if ('value' in reading) return reading.value
      addIssue(context, value, reading)
      return z.NEVER
    })
    .register(shapes, shape)

/** A scalar that must be text. `expected` completes "expected …". */
export const textScalar = <T>(expected: string, shape: Shape, read: (text: string) => Reading<T>) =>
  scalar({ type: 'string', ...shape }, (value) =>
    typeof value === 'string' ? read(value) : wrongType('text', expected, value),
  )

export const integer = (what: string, min: number, max: number, shape: Shape = {}) =>
  scalar({ type: 'integer', minimum: min, maximum: max, ...shape }, (value) => {
    if (typeof value !== 'number') return wrongType('number', `a whole number from ${min} to ${max}`, value)
    if (Number.isInteger(value) && value >= min && value <= max) return ok(value)
    return fail('number-out-of-range', { what, value, min, max })
  })

export const flag = () =>
  scalar({ type: 'boolean' }, (value) =>
    typeof value === 'boolean' ? ok(value) : wrongType('boolean', '`true` or `false`', value),
  )

/** `words` in the order in which a message lists them. */
export const choice = <const W extends string>(what: string, words: readonly W[]) =>
  scalar<W>({ enum: words }, (value) => readChoice(what, words, value))

export function readChoice<W extends string>(what: string, words: readonly W[], value: unknown): Reading<W> {
  const found = words.find((word) => word === value)
  if (found !== undefined) return ok(found)
  if (typeof value === 'string')
    return fail('value-unknown', { what, value: value.slice(0, 60), choices: words }, helpFor(value, words))
  return wrongType('other', words.map((word) => `\`${word}\``).join(' or '), value)
}

/** Words of firewalls and other tools for those of this language. */
const meanings = new Map([
  ['deny', 'prohibit'],
  ['dhcp', 'lease'],
  ['discard', 'blackhole'],
  ['drop', 'blackhole'],
  ['inet', 'ipv4'],
  ['inet6', 'ipv6'],
  ['nm', 'NetworkManager'],
  ['reject', 'unreachable'],
])

export function helpFor(word: string, known: readonly string[]): { readonly fix?: string } {
  const meaning = meanings.get(word.toLowerCase())
  if (meaning !== undefined && known.includes(meaning)) return { fix: `Did you mean \`${meaning}\`?` }
  const fix = didYouMean(word, known)
  return fix === undefined ? {} : { fix }
}
