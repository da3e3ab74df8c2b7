// Child processes that open labs: start them, read their output, and send them signals as a terminal or a CI runner
// does.
import { spawn } from 'node:child_process'
import { sleep } from '../lab/process/shell.js'

export type ChildLab = {
  readonly pid: number
  /** The output so far. */
  readonly output: () => string
  /** The name of the signal that ended it, or its exit code. */
  readonly ended: Promise<string>
  readonly send: (signal: NodeJS.Signals, to: 'it' | 'its whole group') => void
}

/** Starts it in a process group of its own, as a shell starts its jobs. */
export function start(words: readonly string[], settings: Readonly<Record<string, string>> = {}): ChildLab {
  const [command = '', ...args] = words
  const outer = Object.entries(process.env).filter(
    ([name]) => !/^(VITEST|TEST$|NODE_ENV$|MULTIHOME_BOOT)/.test(name),
  )
  const env = { ...Object.fromEntries(outer), ...settings }
  const child = spawn(command, args, { env, stdio: ['ignore', 'pipe', 'pipe'], detached: true })
  const { pid } = child
  if (pid === undefined) throw new Error(`${command} did not start`)
  let output = ''
  for (const stream of [child.stdout, child.stderr]) {
    stream.on('data', (chunk: Buffer) => void (output += chunk.toString()))
  }
  return {
    pid,
    output: () => output,
    ended: new Promise((resolve) => {
      child.once('exit', (code, signal) => {
        const finish = (): void => resolve(signal ?? String(code))
        // The last output may come after the exit, but orphans of the child may keep the pipe open for ever.
        child.once('close', finish)
        setTimeout(finish, 1000)
      })
    }),
    send: (signal, to) => void process.kill(to === 'it' ? pid : -pid, signal),
  }
}

/** The first result that is neither undefined nor false; throws this message when the time is over. */
export async function until<T>(
  check: () => T | undefined | false,
  seconds: number,
  errorMessage: () => string,
): Promise<T> {
  for (const end = Date.now() + seconds * 1000; ;) {
    const found = check()
    if (found !== undefined && found !== false) return found
    if (Date.now() > end) throw new Error(errorMessage())
    await sleep(0.02)
  }
}
