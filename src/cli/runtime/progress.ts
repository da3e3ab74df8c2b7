// Progress bar on standard error.
import { Presets, SingleBar } from 'cli-progress'
import type { Progress } from './host.js'

export function progressBar(steps: number): Progress {
  const bar = new SingleBar(
    {
      stream: process.stderr,
      clearOnComplete: true,
      hideCursor: true,
      format: '{bar} {value} of {total} hosts',
    },
    Presets.shades_classic,
  )
  bar.start(steps, 0)
  return {
    tick: () => bar.increment(),
    // Back to the start of the line, and erases it (ECMA-48: EL).
    clear: () => void process.stderr.write('\r\u001b[K'),
    stop: () => bar.stop(),
  }
}
