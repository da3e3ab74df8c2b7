// What must still be cleared away when this process ends, by itself, by a signal, or with the process that started it?
import { endRuns } from './shell.js'

const clears = new Set<() => void>()
let watching = false

/** Called once, at the latest when the process ends: synchronous, since nothing waits for the event loop then. */
export function atEnd(clear: () => void): () => void {
  watch()
  const once = (): void => {
    if (clears.delete(once)) clear()
  }
  clears.add(once)
  return once
}

function clearAll(): void {
  if (clears.size === 0) return
  endRuns()
  for (const clear of clears) {
    try {
      clear()
    } catch (error) {
      // One that cannot be cleared keeps no other from it.
      console.error(error)
    }
  }
}

/** The signal again, without us: a test's worker may not call `process.exit`, and the parent sees what ended it. */
function end(signal: NodeJS.Signals): void {
  clearAll()
  process.removeAllListeners(signal)
  process.kill(process.pid, signal)
}

function watch(): void {
  if (watching) return
  watching = true
  process.on('exit', clearAll)
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(signal, () => end(signal))
  // A worker whose vitest is gone would stay until it has something to tell.
  process.on('disconnect', () => end('SIGTERM'))
}
