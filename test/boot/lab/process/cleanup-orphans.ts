// What have runs that were killed outright left behind? Names that begin with the id of a process that is no more.
import { existsSync, readdirSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { cgroupFolder, endCgroup } from './cgroup.js'
import { isRunning, runNow } from './shell.js'

function stale(folder: string): readonly string[] {
  const names = existsSync(folder) ? readdirSync(folder) : []
  return names.filter((name) => {
    const owner = /^mh-(\d+)-/.exec(name)?.[1]
    return owner !== undefined && !isRunning(owner)
  })
}

/** Before each lab, and after a run. Two processes may sweep at the same time. */
export function sweep(): void {
  const cgroups = cgroupFolder() ?? '/nowhere'
  for (const name of stale(cgroups)) endCgroup(join(cgroups, name))
  for (const name of stale('/run/netns')) runNow(['ip', 'netns', 'delete', name])
  for (const name of stale(tmpdir())) rmSync(join(tmpdir(), name), { recursive: true, force: true })
}
