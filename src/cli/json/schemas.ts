// JSON Schemas of the JSON that commands print, for the package, the documents and `multihome schema COMMAND`.
import * as z from 'zod/mini'
import { compareSchema } from './compare.js'
import { diffRevisionSchema, diffSchema } from './diff.js'
import { importSchema } from './import.js'
import { explainSchema, initSchema } from './lists.js'
import { meanings } from './parts.js'
import { planSchema } from './plan.js'
import { renderSchema, treesSchema } from './render.js'
import { requiresSchema } from './requires.js'
import { targetsSchema } from './targets.js'
import { traceSchema } from './trace.js'
import { verifySchema } from './verify.js'

const schemas = {
  init: initSchema,
  render: renderSchema,
  trees: treesSchema,
  check: renderSchema,
  plan: planSchema,
  trace: traceSchema,
  compare: compareSchema,
  diff: diffSchema,
  'diff-revision': diffRevisionSchema,
  explain: explainSchema,
  import: importSchema,
  verify: verifySchema,
  requires: requiresSchema,
  targets: targetsSchema,
} as const

export type JsonCommand = keyof typeof schemas

export const jsonCommands = Object.keys(schemas) as readonly JsonCommand[]

/** Of what is no command of its own. */
const titles: Partial<Record<JsonCommand, string>> = {
  trees: 'multihome render --as json',
  'diff-revision': 'multihome diff REV --format json',
}

/** JSON Schema (2020-12) of `multihome COMMAND --format json`, or of what `titles` has. */
export const jsonSchemaOf = (command: JsonCommand): object => ({
  title: titles[command] ?? `multihome ${command} --format json`,
  ...z.toJSONSchema(schemas[command], {
    metadata: meanings,
    override: ({ jsonSchema }) => {
      // zod adds JavaScript's limits of integers.
      if (jsonSchema.minimum === Number.MIN_SAFE_INTEGER) delete jsonSchema.minimum
      if (jsonSchema.maximum === Number.MAX_SAFE_INTEGER) delete jsonSchema.maximum
    },
  }),
})
