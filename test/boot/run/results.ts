// What became of each cell: gathered by the tests, a line each in a file, and read again when all are through.
import { appendFileSync, existsSync, readFileSync } from 'node:fs'
import type { Debian } from '../lab/rootfs.js'
import type { StackId } from '../lab/stacks.js'

export type Outcome =
  | { readonly kind: 'same' }
  | { readonly kind: 'differs' }
  /** By capability: the target or its version says that it cannot. */
  | { readonly kind: 'refused'; readonly why: string }
  | { readonly kind: 'cannot run here'; readonly why: string }

export type Result = {
  readonly fixture: string
  readonly stack: StackId
  readonly debian: Debian
  readonly outcome: Outcome
  /** Of the rendered files that were booted. */
  readonly hash?: string
}

export function addResult(file: string, result: Result): void {
  appendFileSync(file, `${JSON.stringify(result)}\n`)
}

/** Of a test that was tried again, the last counts. */
export function readResults(file: string): readonly Result[] {
  if (!existsSync(file)) return []
  const lines = readFileSync(file, 'utf8').split('\n')
  const results = lines.filter((line) => line !== '').map((line) => JSON.parse(line) as Result)
  return [...new Map(results.map((one) => [`${one.fixture} ${one.stack} ${one.debian}`, one])).values()]
}
