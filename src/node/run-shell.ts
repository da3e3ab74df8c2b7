// Output of a shell command on this machine.
import { execFile } from 'node:child_process'
import { ok } from '../stdlib/result.js'
import type { ReadResult } from './read.js'
import { errnoOf, reasonOf } from './errno-text.js'

/** The state of a router with the full Internet routing table has some hundred megabytes. */
export const MAX_STATE_BYTES = 512 * 1024 * 1024

/** The exit status is ignored: missing output says more. */
export const runShell = (line: string): Promise<ReadResult> =>
  new Promise((resolve, reject) => {
    execFile('/bin/sh', ['-c', line], { maxBuffer: MAX_STATE_BYTES, encoding: 'utf8' }, (error, stdout) => {
      if (error === null || typeof error.code === 'number') return resolve(ok(stdout))
      if (errnoOf(error) === undefined) return reject(error)
      return resolve({ ok: false, reason: reasonOf(error) })
    })
  })
