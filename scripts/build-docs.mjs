// Documents (`npm run docs`): fills the generated blocks of README.md and docs/ from the schema, the support records, the
// catalogue and the fixtures. With --check it writes nothing, and fails if a document is stale.
import { writeFileSync } from 'node:fs'
import { join, relative } from 'node:path'
import { fileURLToPath } from 'node:url'
import { withModule } from './with-module.mjs'

const root = fileURLToPath(new URL('..', import.meta.url))
const checks = process.argv.includes('--check')

const documents = await withModule(root, 'scripts/docs/documents.ts', ({ renewDocuments }) =>
  renewDocuments(root),
)
const stale = documents.filter(({ current, renewed }) => current !== renewed)
for (const { path, renewed } of stale) {
  if (checks) console.error(`${path} is stale: npm run docs`)
  else {
    writeFileSync(join(root, path), renewed)
    console.log(`renewed ${relative('.', join(root, path))}`)
  }
}
process.exitCode = checks && stale.length > 0 ? 1 : 0
