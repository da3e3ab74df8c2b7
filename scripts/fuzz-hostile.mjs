// Fuzz test (`npm run fuzz:hostile`): hostile descriptions, rendered, read as their consumers would, and executed.
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { buildSync } from 'esbuild'
import { readFuzzOptions } from './fuzz-options.mjs'

const usage = `npm run fuzz:hostile -- [--seconds N] [--cases N] [--seed N]

Puts payloads (shell code, words of ip(8), markup, control characters) into every value and name of descriptions, in turn
and into random hosts. What is rendered for any target must be inert: each file has only lines of its syntax, and shell
code, run under dash and bash without privileges, executes no payload, makes no file, and gives ip(8) no option.
Stops at the first description that is not, and prints it with its seed.

  --seconds N  duration; default 60, or unlimited with --cases
  --cases N    maximum number of descriptions
  --seed N     first seed; by default a new one each time, which is printed

Without user namespaces nothing is executed, and it says so; with MULTIHOME_REQUIRE_NETNS=1 it fails.`

const options = readFuzzOptions(usage, 'cases')

const root = fileURLToPath(new URL('..', import.meta.url))
const folder = mkdtempSync(join(tmpdir(), 'multihome-fuzz-'))
const bundle = join(folder, 'fuzz.mjs')
buildSync({
  entryPoints: [join(root, 'test/hostile/fuzz.ts')],
  bundle: true,
  format: 'esm',
  platform: 'node',
  // The fixtures are found from their helper.
  define: { 'import.meta.url': JSON.stringify(new URL('../test/helpers/fixtures.ts', import.meta.url)) },
  outfile: bundle,
})
const { fuzz } = await import(bundle).finally(() => rmSync(folder, { recursive: true }))
console.log(`first seed: ${options.seed}`)
process.exitCode = fuzz(options, console.log) ? 0 : 1
