// One cgroup for each lab, so that all its processes can be killed at once.
import { existsSync, readFileSync, readdirSync, rmdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { sleepSync } from './shell.js'

/** Mount point of cgroup2: /sys/fs/cgroup, or a folder below it if version 1 is mounted too. */
export function cgroupFolder(): string | undefined {
  const mounts = readFileSync('/proc/self/mountinfo', 'utf8').split('\n')
  return mounts.find((line) => / - cgroup2 /.test(line))?.split(' ')[4]
}

/** A command that starts in this cgroup, and fails if the cgroup is gone. */
export function inCgroup(folder: string, words: readonly string[]): readonly string[] {
  return ['sh', '-c', 'echo $$ > "$0/cgroup.procs" && exec "$@"', folder, ...words]
}

export const isPopulated = (folder: string): boolean =>
  readIfReadable(join(folder, 'cgroup.events')).includes('populated 1')

/** Kills all processes and deletes the folder, synchronously. Another process may do the same at the same time. */
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
  // The kernel keeps a cgroup busy for a moment after it reports no processes.
  waitWhile(() => {
    ignoreErrors(() => rmdirSync(folder))
    return existsSync(folder)
  }, 50)
}

export const readIfReadable = (file: string): string => ignoreErrors(() => readFileSync(file, 'utf8')) ?? ''

/** For resources that may be gone already. */
export function ignoreErrors<T>(action: () => T): T | undefined {
  try {
    return action()
  } catch {
    return undefined
  }
}
