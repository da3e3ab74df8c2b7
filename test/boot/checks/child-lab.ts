// A process of its own that opens labs: started, listened to, and sent signals as a terminal or a runner would.
import { spawn } from 'node:child_process'
import { sleep } from '../lab/process/shell.js'

export type ChildLab = {
  readonly pid: number
  /** What it has printed so far. */
  readonly output: () => string
  /** How it ended: a signal's name, or a code. */
  readonly ended: Promise<string>
  readonly send: (signal: NodeJS.Signals, to: 'it' | 'its whole group') => void
}

/** In a group of its own, as a shell starts its jobs. */
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
        // The last of its output may come later; but what it leaves behind may hold the pipe for ever.
        child.once('close', finish)
        setTimeout(finish, 1000)
      })
    }),
    send: (signal, to) => void process.kill(to === 'it' ? pid : -pid, signal),
  }
}

/** The first answer that is something; what was said meanwhile where there is none in time. */
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
