// The command without its launcher: words in, exit status out.
import { run } from './cli.js'
import { createNodeIo } from './runtime/node-host.js'
import { raiseAgain } from './runtime/signals.js'

/** Exits at once, because Node takes 2 ms to release its heap, unless a stream still has output to write. */
export async function main(words: readonly string[]): Promise<void> {
  const io = createNodeIo()
  process.exitCode = await run(words, io)
  raiseAgain()
  if (!io.isStreaming()) process.exit()
}

/** In a worker thread. */
export const work = async (): Promise<void> => (await import('./hosts/worker.js')).work()
