// What must still be cleared away when this process ends, by itself, by a signal, or with the process that started it?
import { killRunning } from './shell.js'

const cleanups = new Set<() => void>()
let isWatching = false

/** Called once, at the latest when the process ends: synchronous, since nothing waits for the event loop then. */
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
      // One that cannot be cleared keeps no other from it.
      console.error(error)
    }
  }
}

/** The signal again, without us: a test's worker may not call `process.exit`, and the parent sees what ended it. */
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
  // A worker whose vitest is gone would stay until it has something to tell.
  process.on('disconnect', () => endBySignal('SIGTERM'))
}
