// Semaphore for concurrent boots, shared by all processes of this machine.
import { availableParallelism, tmpdir } from 'node:os'
import { join } from 'node:path'
import { takeLock } from './lock.js'
import type { Lock } from './lock.js'
import { sleep } from './shell.js'

/** A boot mostly waits: for duplicate address detection, and for the kernel state to be stable. */
export const slotCount = 8 * availableParallelism()

const slots = Array.from({ length: slotCount }, (_, n) => join(tmpdir(), `multihome-boot.slot${n}`))

export async function takeSlot(): Promise<Lock> {
  for (;;) {
    for (const file of slots) {
      const slot = await takeLock(file, ['-n'])
      if (slot !== undefined) return slot
    }
    await sleep(0.3)
  }
}
