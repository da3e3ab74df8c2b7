// Results of cells and tests: one line for each in a file that the main process reads.
import { appendFileSync, existsSync, readFileSync } from 'node:fs'
import type { Debian } from '../lab/rootfs/rootfs.js'
import type { StackId } from '../lab/stacks.js'

export type Outcome =
  /** Its boot has begun. If nothing follows, its worker has died. */
  | { readonly kind: 'begun' }
  | { readonly kind: 'same' }
  | { readonly kind: 'differs' }
  /** The target, or its version, cannot express the description. */
  | { readonly kind: 'refused'; readonly why: string }
  | { readonly kind: 'cannot run here'; readonly why: string }

export type Result = {
  readonly fixture: string
  readonly stack: StackId
  readonly debian: Debian
  readonly outcome: Outcome
  /** Hashes of the rendered files and of the test code. */
  readonly hash?: string
}

/** Result of a test outside of the matrix. */
export type TestResult = {
  readonly file: string
  readonly test: string
  readonly passed: boolean
  /** Hash of its code and of what it renders. */
  readonly inputs: string
}

export function addResult(file: string, result: Result | TestResult): void {
  appendFileSync(file, `${JSON.stringify(result)}\n`)
}

const cellOf = ({ fixture, stack, debian }: Result): string => `${fixture} on ${stack}, Debian ${debian}`

function readLines(file: string): readonly (Result | TestResult)[] {
  if (!existsSync(file)) return []
  // The last line may be incomplete.
  const lines = readFileSync(file, 'utf8').split('\n').slice(0, -1)
  return lines.map((line) => JSON.parse(line) as Result | TestResult)
}

const isCell = (one: Result | TestResult): one is Result => 'fixture' in one
const isTest = (one: Result | TestResult): one is TestResult => 'test' in one

/** The last result of a repeated test counts. */
export const readResults = (file: string): readonly Result[] => [
  ...new Map(
    readLines(file)
      .filter(isCell)
      .map((one) => [cellOf(one), one]),
  ).values(),
]

export const readTestResults = (file: string): readonly TestResult[] => [
  ...new Map(
    readLines(file)
      .filter(isTest)
      .map((one) => [`${one.file} ${one.test}`, one]),
  ).values(),
]

export function repeatedCells(file: string): readonly string[] {
  const begun = readLines(file)
    .filter(isCell)
    .filter(({ outcome }) => outcome.kind === 'begun')
    .map(cellOf)
  return [...new Set(begun.filter((cell, n) => begun.indexOf(cell) !== n))]
}
