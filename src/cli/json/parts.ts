// Building blocks of the JSON documents that commands print. The schemas are the reference: the package's JSON Schemas,
// docs/json.md and the types of the documents are made of them.
import * as z from 'zod/mini'

type Any = z.ZodMiniType

interface Meaning {
  readonly description: string
  /** Name in `$defs` of what several keys share. */
  readonly id?: string
}

/** A registry of our own: zod's global one is shared with every other user of zod in the process. */
export const meanings = z.registry<Meaning>()

/** A value with a sentence on what it means here; it may be shared. */
export function field<S extends Any>(schema: S, description: string): S {
  const own = schema.clone(schema._zod.def, { parent: true })
  meanings.add(own, { description })
  return own
}

/** As `field`, for a key that may be absent. */
export const optional = <S extends Any>(schema: S, description: string) =>
  field(z.exactOptional(schema), description)

/** A part with a name of its own in the JSON Schema. */
export function part<S extends Any>(id: string, schema: S, description: string): S {
  meanings.add(schema, { id, description })
  return schema
}

export const text = z.string()
export const texts = z.array(z.string())
export const flag = z.boolean()
export const integer = z.int()
export const words = <const W extends readonly string[]>(...list: W) => z.enum(list)

export const version = field(
  z.literal(1),
  'Version of this shape. Keys may be added within a version; none is removed or changes its meaning.',
)
export const file = field(text, 'The description as it was named; `stdin` for standard input.')

/** Where a part of the description stands. */
export const lineShape = {
  line: optional(integer, 'Line of the description, from 1; of `file` if that is there.'),
  file: optional(text, 'The file with the line, if it is one that the description extends.'),
}

export const family = z.enum(['inet', 'inet6'])
