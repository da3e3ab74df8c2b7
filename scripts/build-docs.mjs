// `npm run docs`: fills the made blocks of README.md and docs/ from the schema, the records of the targets, the
// catalogue and the fixtures. With --check nothing is written, and stale documents make it fail.
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { join, relative } from 'node:path'
import { fileURLToPath } from 'node:url'
import { build } from 'esbuild'

const root = fileURLToPath(new URL('..', import.meta.url))
const checks = process.argv.includes('--check')

// Inside the project, so that prettier is found from there.
const folder = mkdtempSync(join(root, 'node_modules', '.docs-'))
try {
  const outfile = join(folder, 'documents.cjs')
  await build({
    absWorkingDir: root,
    entryPoints: ['scripts/docs/documents.ts'],
    outfile,
    bundle: true,
    format: 'cjs',
    platform: 'node',
    external: ['prettier'],
    logLevel: 'error',
  })
  const { renewDocuments } = createRequire(import.meta.url)(outfile)
  const stale = (await renewDocuments(root)).filter(({ current, renewed }) => current !== renewed)
  for (const { path, renewed } of stale) {
    if (checks) console.error(`${path} is stale: npm run docs`)
    else {
      writeFileSync(join(root, path), renewed)
      console.log(`renewed ${relative('.', join(root, path))}`)
    }
  }
  process.exitCode = checks && stale.length > 0 ? 1 : 0
} finally {
  rmSync(folder, { recursive: true, force: true })
}
