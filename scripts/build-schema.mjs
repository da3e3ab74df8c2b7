// Writes dist/description.schema.json: the description's JSON Schema, for editors.
import { writeFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { describeSchema } from '../dist/description/schema.js'

writeFileSync(
  fileURLToPath(new URL('../dist/description.schema.json', import.meta.url)),
  `${JSON.stringify(describeSchema(), null, 2)}\n`,
)
