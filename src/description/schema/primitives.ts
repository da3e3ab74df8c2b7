// Schema primitives: scalars with their JSON Schema and their decoder.
import * as z from 'zod/mini'
import type { ArgsOf, DiagnosticCode } from '../../diagnostics/catalogue/catalogue.js'
import type { Reporter, ReportOptions } from '../../diagnostics/reporter.js'
import { ok, type Result } from '../../stdlib/result.js'
import { bondModes } from '../../kernel/virtual-link.js'
import { didYouMean } from '../../diagnostics/suggest.js'
import { fixForType, describeValue, type Wanted } from './describe-value.js'

/** JSON Schema of a key, for editors and documents. */
export interface Shape {
  readonly title?: string
  readonly description?: string
  readonly examples?: readonly unknown[]
  readonly type?: string | readonly string[]
  readonly pattern?: string
  readonly enum?: readonly (string | number | boolean)[]
  readonly anyOf?: readonly Shape[]
  readonly minimum?: number
  readonly maximum?: number
  readonly maxLength?: number
  readonly propertyNames?: Shape
}

/** A registry of our own: zod's global one is shared with every other user of zod in the process. */
export const shapes = z.registry<Shape>()

/** An error that the schema itself reports, inside a zod issue. */
export interface Problem {
  /** The value has another type than expected, so another branch of a union may be meant. */
  readonly isShape: boolean
  /** `written` is the text of the value. */
  readonly report: (reporter: Reporter, written: string | undefined) => void
}

/** What `Schema.read` returns for a value that is not valid. */
export const INVALID: unique symbol = Symbol('invalid')

/**
 * Schema of a value in two forms that accept the same values. zod's form defines the types and the JSON Schema, and finds
 * the errors. Its nodes take 6 ms to build, a quarter of what `render` adds to Node, so they are built for the first error.
 * `read` only decodes.
 */
export interface Schema<Z extends z.ZodMiniType = z.ZodMiniType> {
  readonly zod: () => Z
  /** The value that zod returns, or INVALID if zod reports an error. */
  readonly read: (value: unknown) => unknown
  /** Whether the key may be absent. */
  readonly isOptional?: true
}

type Failure = { readonly problem: Problem }

export type Reading<T> = Result<T, Failure>

export { ok }

type OfWritten<T> = T | ((written: string | undefined) => T)
const given = <T extends object>(choice: OfWritten<T>, written: string | undefined): T =>
  typeof choice === 'function' ? choice(written) : choice

/** Arguments and options may depend on the text of the value. */
export const fail = <C extends DiagnosticCode>(
  code: C,
  args: OfWritten<ArgsOf<C>>,
  options: OfWritten<ReportOptions> = {},
  isShape = false,
): Failure & { readonly ok: false } => ({
  ok: false,
  problem: {
    isShape,
    report: (reporter, written) => reporter.report(code, given(args, written), given(options, written)),
  },
})

/** A number is reported as its text: `1.30`, not 1.3. */
export const wrongType = (wanted: Wanted, expected: string, value: unknown) => {
  const fix = fixForType(wanted, value)
  const args = (written: string | undefined) => ({ expected, found: describeValue(value, written) })
  return fail('type-wrong', args, { fix }, true)
}

export interface Issues {
  readonly issues: unknown[]
}

/** A zod issue with the problem in its `params`. */
export const addIssue = (
  context: Issues,
  value: unknown,
  { problem }: Failure,
  path: (string | number)[] = [],
): void => {
  context.issues.push({ code: 'custom', input: value, params: { problem }, path })
}

let isPartial = false

/** While `read` runs, scalars of zod accept an absent value: as undefined. */
export function readPartially<T>(read: () => T): T {
  isPartial = true
  try {
    return read()
  } finally {
    isPartial = false
  }
}

/** `shape` is the JSON Schema of the input; `read` checks the rest. One zod node. */
export const scalar = <T>(
  shape: Shape,
  read: (value: unknown) => Reading<T>,
): Schema<z.ZodMiniTransform<Awaited<T>>> => ({
  zod: () =>
    z
      .transform<unknown, T>((value, context) => {
        if (isPartial && (value === null || value === undefined)) return undefined as T
        const reading = read(value)
        if (reading.ok) return reading.value
        addIssue(context, value, reading)
        return z.NEVER
      })
      .register(shapes, shape),
  read: (value) => {
    const reading = read(value)
    return reading.ok ? reading.value : INVALID
  },
})

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

/** `words` in the order of messages. */
export const choice = <const W extends string>(what: string, words: readonly W[]) =>
  scalar<W>({ enum: words }, (value) => {
    const found = words.find((word) => word === value)
    if (found !== undefined) return ok(found)
    if (typeof value === 'string' || typeof value === 'number') {
      const fix = fixForWord(String(value), words)
      const args = { what, value: String(value).slice(0, 60), choices: words }
      if (typeof value === 'string' || fix !== undefined) return fail('value-unknown', args, { fix })
    }
    return wrongType('other', words.map((word) => `\`${word}\``).join(' or '), value)
  })

/** Words of firewalls and other tools for those of this language. */
const meanings = new Map([
  ['deny', 'prohibit'],
  ['dhcp', 'lease'],
  ['discard', 'blackhole'],
  ['drop', 'blackhole'],
  ['inet', 'ipv4'],
  ['inet6', 'ipv6'],
  ['active', 'active-backup'],
  ['auto', 'lease'],
  ['both', 'auto'],
  ['device', 'none'],
  ['direct', 'none'],
  ['failover', 'active-backup'],
  ['https', 'tcp'],
  ['icmp6', 'icmpv6'],
  ['lacp', '802.3ad'],
  ['nm', 'NetworkManager'],
  ['onlink', 'none'],
  ['round-robin', 'balance-rr'],
  ['rr', 'balance-rr'],
  ['slaac', 'lease'],
  ['xor', 'balance-xor'],
  ['reject', 'unreachable'],
])

export function fixForWord(word: string, known: readonly string[]): string | undefined {
  const meaning = meanings.get(word.toLowerCase())
  if (meaning !== undefined && known.includes(meaning)) return `Did you mean \`${meaning}\`?`
  // bonding.rst gives each mode a number, in this order.
  const mode = word !== '' && known.includes('802.3ad') ? bondModes[Number(word)] : undefined
  return mode === undefined ? didYouMean(word, known) : `Did you mean \`${mode}\`?`
}
