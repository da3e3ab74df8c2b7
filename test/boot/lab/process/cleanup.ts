// Cleanup at the end of this process, by exit, by a signal, or by the end of its parent.
import { killRunning } from './shell.js'

const cleanups = new Set<() => void>()
let isWatching = false

/**
 * Registers a cleanup, and returns a function that runs it early. It runs once, synchronously, since an exit handler
 * cannot wait.
 */
export function onExit(cleanup: () => void): () => void {
  watchForExit()
  const cleanUpOnce = (): void => {
    if (cleanups.delete(cleanUpOnce)) cleanup()
  }
  cleanups.add(cleanUpOnce)
  return cleanUpOnce
}

function cleanUpAll(): void {
  if (cleanups.size === 0) return
  killRunning()
  for (const cleanup of cleanups) {
    try {
      cleanup()
    } catch (error) {
      // One failed cleanup must not prevent the others.
      console.error(error)
    }
  }
}

/**
 * Sends the signal again without our handler: a vitest worker may not call `process.exit`, and the parent sees the
 * signal.
 */
function endBySignal(signal: NodeJS.Signals): void {
  cleanUpAll()
  process.removeAllListeners(signal)
  process.kill(process.pid, signal)
}

function watchForExit(): void {
  if (isWatching) return
  isWatching = true
  process.on('exit', cleanUpAll)
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(signal, () => endBySignal(signal))
  // A worker whose vitest has ended would stay until it next sends a message.
  process.on('disconnect', () => endBySignal('SIGTERM'))
}
