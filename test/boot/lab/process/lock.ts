// File locks that are released when their holder releases them or ends in any way.
import { spawn } from 'node:child_process'

export type Lock = { readonly release: () => void }

/**
 * A lock by flock(1) with these options; undefined if flock fails, or if the folder does not exist once the lock is
 * held. The holder ends with its standard input, and so with this process.
 */
export function takeLock(file: string, options: readonly string[], folder = '/'): Promise<Lock | undefined> {
  const script = 'test -d "$0" || exit; echo held; exec cat'
  const holder = spawn('flock', [...options, file, 'sh', '-c', script, folder], {
    stdio: ['pipe', 'pipe', 'ignore'],
    detached: true,
  })
  return new Promise((resolve) => {
    holder.once('error', () => resolve(undefined))
    holder.once('exit', () => resolve(undefined))
    holder.stdout.once('data', () => {
      // A held lock must not keep this process alive.
      holder.stdout.destroy()
      holder.unref()
      resolve({ release: () => void holder.stdin.end() })
    })
  })
}
