// A cgroup of its own for each lab: whatever runs in it can be ended at once, and none of it escapes.
import { existsSync, readFileSync, readdirSync, rmdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { sleepSync } from './shell.js'

/** Where this machine keeps cgroup2: /sys/fs/cgroup, or a folder below it where both versions are mounted. */
export function cgroupFolder(): string | undefined {
  const mounts = readFileSync('/proc/self/mountinfo', 'utf8').split('\n')
  return mounts.find((line) => / - cgroup2 /.test(line))?.split(' ')[4]
}

/** A command that begins its life in there, and does not begin where the cgroup is gone. */
export function inCgroup(folder: string, words: readonly string[]): readonly string[] {
  return ['sh', '-c', 'echo $$ > "$0/cgroup.procs" && exec "$@"', folder, ...words]
}

export const isPopulated = (folder: string): boolean =>
  readIfReadable(join(folder, 'cgroup.events')).includes('populated 1')

/** Synchronous: afterwards no process of it is left, nor the folder. Somebody else may be doing the same. */
export function killCgroup(folder: string): void {
  ignoreErrors(() => writeFileSync(join(folder, 'cgroup.kill'), '1'))
  waitWhile(() => isPopulated(folder), 100)
  removeFolder(folder)
}

export function waitWhile(condition: () => boolean, tries: number): void {
  for (let left = tries; left > 0 && condition(); left -= 1) sleepSync(0.02)
}

function removeFolder(folder: string): void {
  const entries = ignoreErrors(() => readdirSync(folder, { withFileTypes: true })) ?? []
  for (const entry of entries) if (entry.isDirectory()) removeFolder(join(folder, entry.name))
  // The kernel lets go of the last process a moment after it says that there is none.
  waitWhile(() => {
    ignoreErrors(() => rmdirSync(folder))
    return existsSync(folder)
  }, 50)
}

export const readIfReadable = (file: string): string => ignoreErrors(() => readFileSync(file, 'utf8')) ?? ''

/** What is gone already needs no ending. */
export function ignoreErrors<T>(action: () => T): T | undefined {
  try {
    return action()
  } catch {
    return undefined
  }
}
