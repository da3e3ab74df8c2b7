// A lock on a file that is free again when its holder lets go or is gone, however it ended.
import { spawn } from 'node:child_process'

export type Lock = { readonly release: () => void }

/**
 * By flock(1), with its options; undefined where it says no, or where the folder is not there once the lock is. The
 * holder ends with its standard input, and so with this process.
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
      // A lock that is kept to the end does not keep this process from ending.
      holder.stdout.destroy()
      holder.unref()
      resolve({ release: () => void holder.stdin.end() })
    })
  })
}
