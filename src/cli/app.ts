// The command without its launcher: words in, exit status out.
import { run } from './cli.js'
import { createNodeIo } from './runtime/node-host.js'
import { raiseAgain } from './runtime/signals.js'

/** Sets the exit status and does not call process.exit, so that all output is written. */
export async function main(words: readonly string[]): Promise<void> {
  process.exitCode = await run(words, createNodeIo())
  raiseAgain()
}
