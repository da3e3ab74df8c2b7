// JSON Schemas of the JSON that commands print, for the package, the documents and `multihome schema COMMAND`.
import * as z from 'zod/mini'
import { compareSchema } from './compare.js'
import { diffSchema } from './diff.js'
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
  explain: explainSchema,
  verify: verifySchema,
  requires: requiresSchema,
  targets: targetsSchema,
} as const

export type JsonCommand = keyof typeof schemas

export const jsonCommands = Object.keys(schemas) as readonly JsonCommand[]

/** JSON Schema (2020-12) of `multihome COMMAND --format json`, or of `multihome render --as json`. */
export const jsonSchemaOf = (command: JsonCommand): object => ({
  title: command === 'trees' ? 'multihome render --as json' : `multihome ${command} --format json`,
  ...z.toJSONSchema(schemas[command], {
    metadata: meanings,
    override: ({ jsonSchema }) => {
      // zod adds JavaScript's limits of integers.
      if (jsonSchema.minimum === Number.MIN_SAFE_INTEGER) delete jsonSchema.minimum
      if (jsonSchema.maximum === Number.MAX_SAFE_INTEGER) delete jsonSchema.maximum
    },
  }),
})
