// Bundles the page’s own program and style into src/page/browser.generated.ts, with the hashes that its policy names.
import { createHash } from 'node:crypto'
import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { build, transform } from 'esbuild'
import { ascii } from './ascii.mjs'

const root = fileURLToPath(new URL('..', import.meta.url))

const { outputFiles } = await build({
  absWorkingDir: root,
  entryPoints: ['src/page/browser/main.ts'],
  bundle: true,
  format: 'iife',
  platform: 'browser',
  target: 'es2022',
  minify: true,
  legalComments: 'none',
  write: false,
})
/** The licence of the package that reads addresses asks to go with it. */
const licence = readFileSync(join(root, 'node_modules/ip-address/LICENSE'), 'utf8').trim()

const script = `/*! holds ip-address, MIT\n${licence}\n*/\n${ascii(outputFiles[0].text.trim())}`
const style = (
  await transform(readFileSync(join(root, 'src/page/style.css'), 'utf8'), { loader: 'css', minify: true })
).code.trim()

// What ends its element early would no longer be what the hash is of.
if (/<\/script|<!--/i.test(script)) throw new Error('the program would end its own element')
if (/<\/style/i.test(style)) throw new Error('the style would end its own element')

const hashOf = (text) => `sha256-${createHash('sha256').update(text).digest('base64')}`

writeFileSync(
  join(root, 'src/page/browser.generated.ts'),
  `// Made by scripts/build-page.mjs from src/page/browser/ and src/page/style.css; not committed.
export const script = ${JSON.stringify(script)}
export const scriptHash = ${JSON.stringify(hashOf(script))}
export const style = ${JSON.stringify(style)}
export const styleHash = ${JSON.stringify(hashOf(style))}
`,
)
