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

const cellOf = ({ fixture, stack, debian }: Result): string => `${fixture} on ${stack}, Debian ${debian}`

function readLines(file: string): readonly Result[] {
  if (!existsSync(file)) return []
  const lines = readFileSync(file, 'utf8').split('\n')
  return lines.filter((line) => line !== '').map((line) => JSON.parse(line) as Result)
}

/** Of a test that was tried again, the last counts. */
export const readResults = (file: string): readonly Result[] => [
  ...new Map(readLines(file).map((one) => [cellOf(one), one])).values(),
]

/** Cells that were begun more than once: each boot begins as one that differs. */
export function cellsBootedAgain(file: string): readonly string[] {
  const begun = readLines(file)
    .filter(({ outcome }) => outcome.kind === 'differs')
    .map(cellOf)
  return [...new Set(begun.filter((cell, n) => begun.indexOf(cell) !== n))]
}
