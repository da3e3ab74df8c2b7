// Results of cells and tests: one line for each in a file that the main process reads.
import { appendFileSync, existsSync, readFileSync } from 'node:fs'
import type { Cell } from '../host/boot-cell.js'
import { kernelVersion } from '../kernel/kernels.js'
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
  /** `6.18` */
  readonly kernel: string
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

/** A cell has booted on the kernel of this process. */
export function addResult(file: string, result: Omit<Result, 'kernel'> | TestResult): void {
  const line = 'fixture' in result ? { ...result, kernel: kernelVersion() } : result
  addResults(file, [JSON.stringify(line)])
}

export function addResults(file: string, lines: readonly string[]): void {
  if (lines.length > 0) appendFileSync(file, `${lines.join('\n')}\n`)
}

/** Reports what becomes of one cell. */
export const reportTo =
  (file: string, { fixture, stack, debian }: Cell) =>
  (outcome: Outcome, hash?: string): void =>
    addResult(file, {
      ...{ fixture: fixture.name, stack, debian, outcome },
      ...(hash === undefined ? {} : { hash }),
    })

const cellOf = ({ fixture, stack, debian, kernel }: Result): string =>
  `${fixture} on ${stack}, Debian ${debian}, Linux ${kernel}`

/** The last line may be incomplete, and is omitted. */
export const linesOf = (file: string): readonly string[] =>
  existsSync(file) ? readFileSync(file, 'utf8').split('\n').slice(0, -1) : []

const readLines = (file: string): readonly (Result | TestResult)[] =>
  linesOf(file).map((line) => JSON.parse(line) as Result | TestResult)

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
