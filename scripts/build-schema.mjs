// Writes the package's JSON Schemas: dist/{description,part,repository}.schema.json for editors, and
// dist/json/COMMAND.schema.json for programs that read what `multihome COMMAND --format json` prints.
import { execFileSync } from 'node:child_process'
import { mkdirSync, writeFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'

const dist = fileURLToPath(new URL('../dist', import.meta.url))
const multihome = (...words) =>
  execFileSync(process.execPath, [`${dist}/cli/main.cjs`, ...words], { encoding: 'utf8' })

writeFileSync(`${dist}/description.schema.json`, multihome('schema'))
writeFileSync(`${dist}/part.schema.json`, multihome('schema', '--partial'))
writeFileSync(`${dist}/repository.schema.json`, multihome('schema', '--repository'))
mkdirSync(`${dist}/json`, { recursive: true })
const commands = multihome('__complete', 'schema', '').match(/^[a-z-]+/gm)
for (const command of commands)
  writeFileSync(`${dist}/json/${command}.schema.json`, multihome('schema', command))
