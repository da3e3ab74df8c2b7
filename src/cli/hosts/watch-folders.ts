// Changes in folders, by inotify(7).
import { watch } from 'node:fs'
import { join } from 'node:path'
import { interruption } from '../runtime/signals.js'

/** Milliseconds without a further change: an editor writes a file in several steps. */
const QUIET = 100

/** Milliseconds between two looks at signals. */
const PAUSE = 200

/** Folders that cannot be watched, as one that was removed, are left out. */
export function watchFolders(folders: readonly string[]): Promise<ReadonlySet<string>> {
  return new Promise((resolve) => {
    const changed = new Set<string>()
    let quiet: NodeJS.Timeout | undefined
    const watchers = folders.flatMap((folder) => {
      try {
        const watcher = watch(folder, (_event, name) => {
          changed.add(name === null ? folder : join(folder, name))
          clearTimeout(quiet)
          quiet = setTimeout(end, QUIET)
        })
        watcher.on('error', () => watcher.close())
        return [watcher]
      } catch {
        return []
      }
    })
    const poll = setInterval(() => {
      if (interruption.aborted) end()
    }, PAUSE)

    function end(): void {
      clearInterval(poll)
      clearTimeout(quiet)
      for (const watcher of watchers) watcher.close()
      resolve(interruption.aborted ? new Set() : changed)
    }
  })
}
