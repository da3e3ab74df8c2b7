// Signals while `render` writes: a tree that is being switched is completed first, any other one is left as it was.

const SIGNALS = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const

let received: NodeJS.Signals | undefined
let isCaught = false

/** 1 after a signal. Worker threads share it, because only the first thread receives signals. */
let flag: Int32Array | undefined

export const sharedFlag = (): Int32Array => (flag ??= new Int32Array(new SharedArrayBuffer(4)))

/** For a worker thread: the flag of the first one. */
export function adoptSignals(shared: Int32Array): void {
  flag = shared
  isCaught = true
}

/** As an `AbortSignal`, which takes a fifth of a millisecond to load. */
export const interruption = {
  get aborted(): boolean {
    return received !== undefined || (flag !== undefined && Atomics.load(flag, 0) === 1)
  },
}

/** A repeated one changes nothing: npx passes on the signal that the terminal has sent already. */
export function catchSignals(): void {
  if (isCaught) return
  isCaught = true
  for (const signal of SIGNALS)
    process.on(signal, () => {
      received ??= signal
      if (flag !== undefined) Atomics.store(flag, 0, 1)
    })
}

/** Ends the process by the signal that was caught, so that the shell sees it. */
export function raiseAgain(): void {
  if (received === undefined) return
  process.removeAllListeners(received)
  process.kill(process.pid, received)
}
