// How many hosts may boot at once on this machine, whichever processes ask for it?
import { spawn } from 'node:child_process'
import { availableParallelism, tmpdir } from 'node:os'
import { join } from 'node:path'
import { sleep } from './shell.js'

export type Slot = { readonly release: () => void }

/** A boot waits for most of its time: for duplicate checks, and for the kernel to stay as it is. */
export const slotCount = 4 * availableParallelism()

const slots = Array.from({ length: slotCount }, (_, n) => join(tmpdir(), `multihome-boot.slot${n}`))

/** The lock's holder ends with its standard input, so that it is free again when this process is gone, however. */
function tryLock(file: string): Promise<Slot | undefined> {
  const holder = spawn('flock', ['-n', file, 'sh', '-c', 'echo held; exec cat'], {
    stdio: ['pipe', 'pipe', 'ignore'],
    detached: true,
  })
  return new Promise((resolve) => {
    holder.once('error', () => resolve(undefined))
    holder.once('exit', () => resolve(undefined))
    holder.stdout.once('data', () => {
      holder.stdout.resume()
      holder.unref()
      resolve({ release: () => void holder.stdin.end() })
    })
  })
}

export async function takeSlot(): Promise<Slot> {
  for (;;) {
    for (const file of slots) {
      const slot = await tryLock(file)
      if (slot !== undefined) return slot
    }
    await sleep(0.3)
  }
}
