// Schema collections: mappings of known keys, mappings of names, lists.
import * as z from 'zod/mini'
import { fail, addIssue, shapes, type Problem, type Shape } from './primitives.js'

type Any = z.ZodMiniType

/** An optional key, with its meaning in one sentence for the documents and editors. */
export const optional = <S extends Any>(schema: S, description: string) =>
  describe(z.exactOptional(schema), description)

/** A required key, with its meaning and an example. `schema` must not be shared with another key. */
export const required = <S extends Any>(schema: S, description: string, example: unknown): S =>
  describe(schema, description, { examples: [example] })

function describe<S extends Any>(schema: S, description: string, more: Shape = {}): S {
  shapes.add(schema, { ...shapes.get(schema), description, ...more })
  return schema
}

/**
 * A mapping that takes only known keys. `what` completes "expected …". A zod issue has neither, so its message is one of
 * them: `what` for a wrong type, the known keys for an unknown one.
 */
export const mapping = <S extends Record<string, Any>>(what: string, shape: S) => {
  const known = Object.keys(shape).join(' ')
  const schema = z.strictObject(shape, {
    error: (issue) => (issue.code === 'unrecognized_keys' ? known : what),
  })
  const [, title] = /^(?:an? )?(.*) as a mapping$/.exec(what) ?? []
  if (title !== undefined) shapes.add(schema, { title: title.replaceAll('`', '') })
  return schema
}

export const listOf = <S extends Any>(what: string, item: S) =>
  z.array(item, { error: what }).check(z.minLength(1))

/** As `listOf`, but the list may be empty. */
export const anyListOf = <S extends Any>(what: string, item: S) => z.array(item, { error: what })

/** One value, or a list of several. `what` completes "expected …". */
export const oneOrMany = <S extends Any>(what: string, item: S) =>
  z.union([item, listOf(`a list of such`, item)], { error: what })

export interface Naming {
  /** JSON Schema's pattern. */
  readonly pattern: string
  readonly problemOf: (name: string) => { readonly problem: Problem } | undefined
}

/** A mapping of names that the writer chooses. */
export const named = <S extends Any>(what: string, { pattern, problemOf }: Naming, value: S) =>
  z
    .record(z.string(), value, { error: what })
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
    )
    .register(shapes, { propertyNames: { pattern } })

export const isMapping = (value: unknown): value is object =>
  typeof value === 'object' && value !== null && !Array.isArray(value)

/** `word` means that there is nothing to list, so a list must not contain it. */
export const standsAlone = (word: string, key: string) =>
  z.superRefine<unknown>((value, context) => {
    if (!Array.isArray(value) || value.length < 2) return
    value.forEach((entry, index) => {
      if (entry === word) addIssue(context, entry, fail('must-be-sole-value', { word, key }), [index])
    })
  })
