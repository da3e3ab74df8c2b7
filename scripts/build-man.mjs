// Writes dist/man and dist/completions. npm links manual pages for `man`, and packages of distributions take both.
import { cpSync, mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { sourceDate } from './source-date.mjs'
import { withModule } from './with-module.mjs'

const root = fileURLToPath(new URL('..', import.meta.url))
const man = join(root, 'dist/man')
const day = new Date(sourceDate(root) * 1000).toISOString().slice(0, 10)

const pages = await withModule(root, 'scripts/docs/man.ts', ({ manualPages }) => manualPages(day))
mkdirSync(man, { recursive: true })
for (const { name, text } of pages) writeFileSync(join(man, name), text)

cpSync(join(root, 'src/cli/completion'), join(root, 'dist/completions'), {
  recursive: true,
  filter: (path) => !path.endsWith('.ts'),
})
