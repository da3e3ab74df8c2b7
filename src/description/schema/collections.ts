// Schema collections: mappings of known keys, mappings of names, lists, alternatives.
import * as z from 'zod/mini'
import {
  fail,
  addIssue,
  INVALID,
  shapes,
  type Issues,
  type Problem,
  type Schema,
  type Shape,
} from './primitives.js'

type Any = z.ZodMiniType

/** An optional key, with its meaning in one sentence for the documents and editors. */
export const optional = <Z extends Any>(schema: Schema<Z>, description: string) => ({
  zod: () => describe(z.exactOptional(schema.zod()), description),
  read: schema.read,
  isOptional: true as const,
})

/** A required key, with its meaning and an example. */
export const required = <Z extends Any>(
  schema: Schema<Z>,
  description: string,
  example: unknown,
): Schema<Z> => ({
  zod: () => describe(schema.zod(), description, { examples: [example] }),
  read: schema.read,
})

function describe<Z extends Any>(schema: Z, description: string, more: Shape = {}): Z {
  shapes.add(schema, { ...shapes.get(schema), description, ...more })
  return schema
}

type ZodOf<S> = S extends Schema<infer Z> ? Z : never

/**
 * A mapping that takes only known keys. `what` completes "expected …". A zod issue has neither, so its message is one of
 * them: `what` for a wrong type, the known keys for an unknown one.
 */
export const mapping = <S extends Record<string, Schema>>(what: string, schemas: S) => {
  const entries = Object.entries(schemas)
  return {
    zod: () => {
      const known = Object.keys(schemas).join(' ')
      // Object.fromEntries does not keep the types of the keys.
      const shape = Object.fromEntries(entries.map(([key, { zod }]) => [key, zod()])) as {
        [Key in keyof S]: ZodOf<S[Key]>
      }
      const schema = z.strictObject(shape, {
        error: (issue) => (issue.code === 'unrecognized_keys' ? known : what),
      })
      const [, title] = /^(?:an? )?(.*) as a mapping$/.exec(what) ?? []
      if (title !== undefined) shapes.add(schema, { title: title.replaceAll('`', '') })
      return schema
    },
    read: (value: unknown): unknown => {
      if (!isMapping(value)) return INVALID
      const result: Record<string, unknown> = {}
      let count = 0
      for (const [key, { read, isOptional }] of entries) {
        if (!Object.hasOwn(value, key)) {
          if (isOptional) continue
          return INVALID
        }
        const child = read(value[key])
        if (child === INVALID) return INVALID
        result[key] = child
        count++
      }
      const hasUnknown = count < Object.keys(value).length
      return hasUnknown ? INVALID : result
    },
  }
}

export const listOf = <Z extends Any>(what: string, item: Schema<Z>) => {
  const { zod, read } = anyListOf(what, item)
  return {
    zod: () => zod().check(z.minLength(1)),
    read: (value: unknown) => (Array.isArray(value) && value.length === 0 ? INVALID : read(value)),
  }
}

/** As `listOf`, but the list may be empty. */
export const anyListOf = <Z extends Any>(what: string, item: Schema<Z>) => ({
  zod: () => z.array(item.zod(), { error: what }),
  read: (value: unknown): unknown => {
    if (!Array.isArray(value)) return INVALID
    const result: unknown[] = []
    for (const entry of value) {
      const child = item.read(entry)
      if (child === INVALID) return INVALID
      result.push(child)
    }
    return result
  },
})

/** The first of the schemas that accepts the value. `what` completes "expected …". */
export const union = <const S extends readonly Schema[]>(what: string, schemas: S) => ({
  zod: () =>
    // `map` makes an array of the tuple.
    z.union(schemas.map(({ zod }) => zod()) as { readonly [I in keyof S]: ZodOf<S[I]> }, { error: what }),
  read: (value: unknown): unknown => {
    for (const { read } of schemas) {
      const result = read(value)
      if (result !== INVALID) return result
    }
    return INVALID
  },
})

/** One value, or a list of several. `what` completes "expected …". */
export const oneOrMany = <Z extends Any>(what: string, item: Schema<Z>) =>
  union(what, [item, listOf(`a list of such`, item)])

/** A key without a value is null. */
export const nullable = <Z extends Any>({ zod, read }: Schema<Z>) => ({
  zod: () => z.nullable(zod()),
  read: (value: unknown) => (value === null ? null : read(value)),
})

/** `check` adds issues to valid values. */
export const checked = <Z extends Any>(
  { zod, read }: Schema<Z>,
  check: (value: z.output<Z>, context: Issues) => void,
): Schema<Z> => ({
  zod: () => zod().check(z.superRefine(check)),
  read: (value) => {
    const result = read(value)
    if (result === INVALID) return INVALID
    const context: Issues = { issues: [] }
    // It is what zod returns.
    check(result as z.output<Z>, context)
    return context.issues.length === 0 ? result : INVALID
  },
})

/** Converts valid values. */
export const converted = <Z extends Any, T>(
  { zod, read }: Schema<Z>,
  convert: (value: z.output<Z>) => T,
) => ({
  zod: () => z.pipe(zod(), z.transform(convert)),
  read: (value: unknown): unknown => {
    const result = read(value)
    // It is what zod returns.
    return result === INVALID ? INVALID : convert(result as z.output<Z>)
  },
})

export interface Naming {
  /** JSON Schema's pattern. */
  readonly pattern: string
  readonly problemOf: (name: string) => { readonly problem: Problem } | undefined
}

/** A mapping of names that the writer chooses. It has no prototype: `toString` is a name like any other. */
export const named = <Z extends Any>(what: string, { pattern, problemOf }: Naming, schema: Schema<Z>) => ({
  zod: () =>
    z
      .record(z.string(), schema.zod(), { error: what })
      .check(
        z.superRefine(
          (entries, context) => {
            for (const name of Object.keys(entries ?? {})) {
              const wrong = problemOf(name)
              if (wrong !== undefined) addIssue(context, name, wrong, [name])
            }
          },
          // Also after an error in a value: all errors are reported at once.
          { when: ({ value: entries }) => isMapping(entries) },
        ),
        z.overwrite((entries) => Object.assign(withoutPrototype(), entries)),
      )
      .register(shapes, { propertyNames: { pattern } }),
  read: (value: unknown): unknown => {
    if (!isMapping(value)) return INVALID
    const result = withoutPrototype()
    for (const [name, entry] of Object.entries(value)) {
      // zod leaves it out.
      if (name === '__proto__') continue
      const child = problemOf(name) === undefined ? schema.read(entry) : INVALID
      if (child === INVALID) return INVALID
      result[name] = child
    }
    return result
  },
})

const withoutPrototype = (): Record<string, unknown> => Object.create(null) as Record<string, unknown>

export const isMapping = (value: unknown): value is Readonly<Record<string, unknown>> =>
  typeof value === 'object' && value !== null && !Array.isArray(value)

/** `word` means that there is nothing to list, so a list must not contain it. */
export const standsAlone =
  (word: string, key: string) =>
  (value: unknown, context: Issues): void => {
    if (!Array.isArray(value) || value.length < 2) return
    value.forEach((entry, index) => {
      if (entry === word) addIssue(context, entry, fail('must-be-sole-value', { word, key }), [index])
    })
  }
