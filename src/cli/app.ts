// The command behind its launcher: words in, exit status out.
import { run } from './cli.js'
import { createNodeIo } from './runtime/node-host.js'

/** Sets the exit status and lets the process end by itself, so that all output gets through. */
export async function main(words: readonly string[]): Promise<void> {
  process.exitCode = await run(words, createNodeIo())
}
