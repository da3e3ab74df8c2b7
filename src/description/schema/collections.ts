// The bricks of the grammar that hold others: mappings of known keys, of names, and lists.
import * as z from 'zod/mini'
import { fail, addIssue, shapes, type Problem } from './primitives.js'

type Any = z.ZodMiniType

/** Gives a key its meaning in one sentence, for the docs and for editors, and lets it be absent. */
export const optional = <S extends Any>(schema: S, description: string) =>
  describe(z.exactOptional(schema), description)

/** As `optional`, for a key that must be there. `schema` must be made for this key alone. */
export const required = <S extends Any>(schema: S, description: string): S => describe(schema, description)

function describe<S extends Any>(schema: S, description: string): S {
  shapes.add(schema, { ...shapes.get(schema), description })
  return schema
}

/**
 * Known keys alone. `what` completes "expected …". zod tells neither in an issue, so its message carries them:
 * `what` for a wrong type, and the known keys for an unknown one.
 */
export const mapping = <S extends Record<string, Any>>(what: string, shape: S) => {
  const known = Object.keys(shape).join(' ')
  return z.strictObject(shape, { error: (issue) => (issue.code === 'unrecognized_keys' ? known : what) })
}

export const listOf = <S extends Any>(what: string, item: S) =>
  z.array(item, { error: what }).check(z.minLength(1))

/** As `listOf`, where none at all makes sense too. */
export const anyListOf = <S extends Any>(what: string, item: S) => z.array(item, { error: what })

/** One value, or a list of several. `what` completes "expected …". */
export const oneOrMany = <S extends Any>(what: string, item: S) =>
  z.union([item, listOf(`a list of such`, item)], { error: what })

export interface Naming {
  /** JSON Schema's pattern. */
  readonly pattern: string
  readonly problemOf: (name: string) => { readonly problem: Problem } | undefined
}

/** Names of the writer's own, each leading to a value. */
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
        // Also where a value below is wrong: all errors at once.
        { when: ({ value: entries }) => isMapping(entries) },
      ),
    )
    .register(shapes, { propertyNames: { pattern } })

const isMapping = (value: unknown): boolean =>
  typeof value === 'object' && value !== null && !Array.isArray(value)

/** `word` says that there is nothing to list, so it makes no sense inside a list. */
export const standsAlone = (word: string, key: string) =>
  z.superRefine<unknown>((value, context) => {
    if (!Array.isArray(value) || value.length < 2) return
    value.forEach((entry, index) => {
      if (entry === word) addIssue(context, entry, fail('must-be-sole-value', { word, key }), [index])
    })
  })
