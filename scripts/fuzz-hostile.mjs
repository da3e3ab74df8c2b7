// Fuzz test (`npm run fuzz:hostile`): hostile descriptions, rendered, read as their consumers would, and executed.
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { parseArgs } from 'node:util'
import { buildSync } from 'esbuild'

const usage = `npm run fuzz:hostile -- [--seconds N] [--cases N] [--seed N]

Puts payloads (shell code, words of ip(8), markup, control characters) into every value and name of descriptions, in turn
and into random hosts. What is rendered for any target must be inert: each file has only lines of its syntax, and shell
code, run under dash and bash without privileges, executes no payload, makes no file, and gives ip(8) no option.
Stops at the first description that is not, and prints it with its seed.

  --seconds N  duration; default 60, or unlimited with --cases
  --cases N    maximum number of descriptions
  --seed N     first seed; by default a new one each time, which is printed

Without user namespaces nothing is executed, and it says so; with MULTIHOME_REQUIRE_NETNS=1 it fails.`

const values = parseOptions()
if (values.help) {
  console.log(usage)
  process.exit(0)
}
const cases = numberOf('cases', Infinity)
const seconds = numberOf('seconds', cases === Infinity ? 60 : Infinity)
const seed = numberOf('seed', Math.floor(Date.now() / 1000) % 1_000_000_000)

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
console.log(`first seed: ${seed}`)
process.exitCode = fuzz({ seed, seconds, cases }, console.log) ? 0 : 1

function parseOptions() {
  const text = { type: 'string' }
  try {
    return parseArgs({
      options: { seconds: text, cases: text, seed: text, help: { type: 'boolean', default: false } },
    }).values
  } catch (error) {
    return misuse(`${error.message}\n\n${usage}`)
  }
}

function numberOf(name, otherwise) {
  const value = values[name]
  if (value === undefined) return otherwise
  return /^[1-9]\d{0,8}$/.test(value)
    ? Number(value)
    : misuse(`--${name} ${value}: a number from 1 to 999999999`)
}

function misuse(message) {
  console.error(message)
  process.exit(2)
}
