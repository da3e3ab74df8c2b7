// Cleanup of killed runs: their names contain the id of a process that no longer runs.
import { existsSync, readdirSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { cgroupFolder, killCgroup } from './cgroup.js'
import { isRunning, runSync } from './shell.js'

function stale(folder: string): readonly string[] {
  const names = existsSync(folder) ? readdirSync(folder) : []
  return names.filter((name) => {
    const owner = /^mh-(\d+)-/.exec(name)?.[1]
    return owner !== undefined && !isRunning(owner)
  })
}

/** Runs before each lab and after a run. Two processes may run it at the same time. */
export function cleanUpOrphans(): void {
  const cgroups = cgroupFolder() ?? '/nowhere'
  for (const name of stale(cgroups)) killCgroup(join(cgroups, name))
  for (const name of stale('/run/netns')) runSync(['ip', 'netns', 'delete', name])
  for (const name of stale(tmpdir())) rmSync(join(tmpdir(), name), { recursive: true, force: true })
}
