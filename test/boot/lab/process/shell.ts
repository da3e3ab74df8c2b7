// Commands on this machine, asynchronous and synchronous; none survives the end of this process.
import { execFile, spawnSync } from 'node:child_process'
import type { ChildProcess } from 'node:child_process'
import { readFileSync } from 'node:fs'

export type Result = { readonly code: number; readonly stdout: string; readonly stderr: string }

/** On a slow kernel (test/boot/kernel) repeated questions would need the time of those who are asked. */
const slowness = Number(process.env['MULTIHOME_BOOT_SLOWNESS'] ?? 1)

const running = new Set<ChildProcess>()

/** Never rejects: the caller judges the exit status. */
export function run(words: readonly string[], timeoutSeconds = 60): Promise<Result> {
  const [command = '', ...args] = words
  const options = {
    timeout: timeoutSeconds * slowness * 1000,
    killSignal: 'SIGKILL',
    maxBuffer: 1 << 26,
  } as const
  return new Promise((resolve) => {
    const child = execFile(command, args, options, (error, stdout, stderr) => {
      running.delete(child)
      const code = error === null ? 0 : typeof error.code === 'number' ? error.code : 255
      const late = error?.killed === true ? `\ngiven up after ${timeoutSeconds} s` : ''
      resolve({ code, stdout, stderr: stderr + late })
    })
    running.add(child)
  })
}

/** For setup, in which a failure is an error of the lab. */
export async function runOrThrow(words: readonly string[], timeoutSeconds = 60): Promise<string> {
  const { code, stdout, stderr } = await run(words, timeoutSeconds)
  if (code !== 0) throw new Error(`${words.join(' ')}: exit ${code}\n${stderr}${stdout}`)
  return stdout
}

/** For cleanup, also in a signal handler, which cannot wait for the event loop. */
export function runSync(words: readonly string[]): boolean {
  const [command = '', ...args] = words
  return spawnSync(command, args, { stdio: 'ignore' }).status === 0
}

/** Kills running commands at the end of this process, which could otherwise create something after the cleanup. */
export function killRunning(): void {
  for (const child of running) child.kill('SIGKILL')
  // Their exit events come too late: they stay in the list until this process ends.
  for (const { pid } of running) for (let tries = 0; tries < 50 && isRunning(pid); tries += 1) sleepSync(0.01)
}

/** A zombie no longer runs, although its process id is in use. */
export function isRunning(pid: number | string | undefined): boolean {
  try {
    return !/^\d+ \(.*\) [ZX]/s.test(readFileSync(`/proc/${pid}/stat`, 'utf8'))
  } catch {
    return false
  }
}

export function sleep(seconds: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, seconds * slowness * 1000))
}

export function sleepSync(seconds: number): void {
  Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, seconds * 1000)
}
