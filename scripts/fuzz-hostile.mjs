// Fuzz test (`npm run fuzz:hostile`): hostile descriptions, rendered, read as their consumers would, and executed.
import { fileURLToPath } from 'node:url'
import { readFuzzOptions } from './fuzz-options.mjs'
import { withModule } from './with-module.mjs'

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
console.log(`first seed: ${options.seed}`)
const isInert = await withModule(root, 'test/hostile/fuzz.ts', ({ fuzz }) => fuzz(options, console.log))
process.exitCode = isInert ? 0 : 1
