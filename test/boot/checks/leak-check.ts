// Leftovers of one process's labs on this machine: names, mounts and processes.
import { existsSync, readFileSync, readdirSync, readlinkSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { cgroupFolder, ignoreErrors, readIfReadable } from '../lab/process/cgroup.js'
import { isRunning, sleep } from '../lab/process/shell.js'
import { until } from './child-lab.js'

const processes = (): readonly string[] => readdirSync('/proc').filter((name) => /^\d+$/.test(name))

/** Names with its process id, which stay until they are deleted. */
export function namesOf(pid: number): readonly string[] {
  const named = (what: string, folder: string | undefined): readonly string[] =>
    (folder !== undefined && existsSync(folder) ? readdirSync(folder) : [])
      .filter((name) => name.startsWith(stemOf(pid)))
      .map((name) => `${what} ${name}`)
  return [
    ...named('namespace', '/run/netns'),
    ...named('cgroup', cgroupFolder()),
    ...named('folder', tmpdir()),
  ]
}

const stemOf = (pid: number): string => `mh-${pid}-`

/** Mounts and processes with its process id, which end with its last process. */
function processesAndMountsOf(pid: number): readonly string[] {
  const stem = stemOf(pid)
  const busy = processes()
    .filter((one) => isRunning(one))
    .filter(
      (one) => readIfReadable(`/proc/${one}/cgroup`).includes(`/${stem}`) || commandLine(one).includes(stem),
    )
    .map((one) => `process ${one}: ${commandLine(one)}`)
  return [...mounts().filter((line) => line.includes(stem)), ...busy]
}

const commandLine = (pid: string): string => readIfReadable(`/proc/${pid}/cmdline`).replaceAll('\0', ' ')

/** The mounts of every mount namespace of this machine, each read once. */
function mounts(): readonly string[] {
  const spaces = new Map(
    processes().flatMap((pid): [string, string][] => {
      const space = ignoreErrors(() => readlinkSync(`/proc/${pid}/ns/mnt`))
      return space === undefined ? [] : [[space, pid]]
    }),
  )
  return [...spaces].flatMap(([space, pid]) =>
    readIfReadable(`/proc/${pid}/mountinfo`)
      .split('\n')
      .map((line) => `mount in ${space}: ${line}`),
  )
}

/** A process; its start time distinguishes it from a later process with the same id. */
export type StartedProcess = { readonly pid: number; readonly at: string; readonly commandLine: string }

/** All running descendants of a process, and the processes in its cgroups. */
export function startedBy(root: number): readonly StartedProcess[] {
  const known = processes().flatMap((pid) => {
    const fields = statOf(pid)
    return fields === undefined ? [] : [{ pid: Number(pid), ...fields }]
  })
  const ours = new Set([root])
  // Children usually follow their parents, except after the process ids wrapped around.
  for (let before = 0; before < ours.size;) {
    before = ours.size
    for (const { pid, parent } of known) {
      if (ours.has(parent) || readIfReadable(`/proc/${pid}/cgroup`).includes(`/${stemOf(root)}`))
        ours.add(pid)
    }
  }
  return known
    .filter(({ pid }) => ours.has(pid))
    .map(({ pid, at }) => ({ pid, at, commandLine: commandLine(String(pid)) }))
}

const stillRunning = (begun: readonly StartedProcess[]): readonly string[] =>
  begun
    .filter(({ pid, at }) => isRunning(pid) && statOf(String(pid))?.at === at)
    .map(({ pid, commandLine }) => `process ${pid} still: ${commandLine}`)

/**
 * After a process ended: its names must be gone with it, before the next lab cleans up orphans. The processes of the
 * host and of its helpers end a moment later.
 */
export async function leftovers(pid: number, begun: readonly StartedProcess[]): Promise<readonly string[]> {
  await until(
    () => !isRunning(pid),
    60,
    () => `process ${pid} does not end`,
  )
  const names = namesOf(pid)
  return [...names, ...(await waitUntilNone(() => [...processesAndMountsOf(pid), ...stillRunning(begun)]))]
}

/** After a process was killed and the next lab has cleaned up. */
export const leftoversAfterCleanup = (
  pid: number,
  begun: readonly StartedProcess[],
): Promise<readonly string[]> =>
  waitUntilNone(() => [...namesOf(pid), ...processesAndMountsOf(pid), ...stillRunning(begun)])

async function waitUntilNone(now: () => readonly string[]): Promise<readonly string[]> {
  for (const end = Date.now() + 10_000; now().length > 0 && Date.now() < end;) await sleep(0.1)
  return now()
}

/** The fields after the process name in parentheses, which may contain any character. */
function statOf(pid: string): { readonly parent: number; readonly at: string } | undefined {
  const text = ignoreErrors(() => readFileSync(`/proc/${pid}/stat`, 'utf8'))
  const fields = text?.slice(text.lastIndexOf(')') + 2).split(' ')
  return fields === undefined ? undefined : { parent: Number(fields[1]), at: fields[19] ?? '' }
}
