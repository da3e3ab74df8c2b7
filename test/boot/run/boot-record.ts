// Record of boots in docs/booted.json: each cell and test that passed, with the hashes of its inputs.
import { createHash } from 'node:crypto'
import { existsSync, readFileSync, renameSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import type { Output } from '../../../src/targets/target.js'
import { platforms } from '../host/platforms.js'
import { isRefusal, renderFor } from '../host/rendering.js'
import type { Platform } from '../host/rendering.js'
import { testCodeOf } from './test-codes.js'
import type { Result, TestResult } from './results.js'
import type { Sign, SignOf } from './table.js'
import type { Versions } from './versions.js'

export type BootRecord = {
  readonly kernel: string
  readonly versions: Versions
  /** Fixture → stack → `13=FILES/LAB 12=FILES/LAB`, or `13=differs`; a refused platform has no entry. */
  readonly cells: Readonly<Record<string, Readonly<Record<string, string>>>>
  /** File → test → hash of its inputs. Only tests that passed. */
  readonly tests?: Readonly<Record<string, Readonly<Record<string, string>>>>
}

const hashed = (text: string, length: number): string =>
  createHash('sha256').update(text).digest('hex').slice(0, length)

/**
 * Files as programs read them, without comments and blank lines, so that a reworded comment boots nothing again. `#!`
 * and netifrc's `# service:` stay, since programs read them.
 */
export const withoutComments = (files: Output['files']): Output['files'] =>
  files.map((file) =>
    'symlink' in file
      ? file
      : { ...file, content: file.content.replace(/^[ \t]*(?:#(?!!| services?:).*)?\n/gim, '') },
  )

/** Hash of the rendered files. */
const hashOf = ({ files }: Output): string => hashed(JSON.stringify(withoutComments(files)), 10)

const textOf = (file: string): string => (existsSync(file) ? readFileSync(file, 'utf8') : '')

/** Hash of the code of the matrix, and of what else the fixture contains. */
const labHashOf = ({ folder }: { readonly folder: string }): string =>
  hashed(
    [
      testCodeOf('matrix').hash,
      ...['leases.yaml', 'decisions.yaml'].map((name) => textOf(join(folder, name))),
    ].join('\0'),
    6,
  )

export function readRecord(file: string): BootRecord {
  if (!existsSync(file)) return { kernel: '', versions: {}, cells: {} }
  return JSON.parse(readFileSync(file, 'utf8')) as BootRecord
}

/** Atomic: a run may be killed at any moment. */
export function writeRecord(file: string, record: BootRecord): void {
  const part = `${file}.${process.pid}.part`
  writeFileSync(part, `${JSON.stringify(record, undefined, 2)}\n`)
  renameSync(part, file)
}

function entriesOf(cell: string | undefined): Map<string, string> {
  const pairs = (cell ?? '').split(' ').filter((word) => word !== '')
  return new Map(pairs.map((pair): [string, string] => [pair.slice(0, 2), pair.slice(3)]))
}

export type Run = {
  readonly kernel: string
  readonly versions: Versions
  readonly cells: readonly Result[]
  readonly tests: readonly TestResult[]
}

/** Newer results replace older ones; what did not boot in this run stays. */
export function mergeRun(record: BootRecord, run: Run): BootRecord {
  return {
    kernel: run.kernel,
    versions: mergeVersions(record.versions, run),
    cells: mergeCells(record.cells, run.cells),
    tests: mergeTests(record.tests ?? {}, run.tests),
  }
}

/** A stack that did not boot keeps the version of its last boot: netifrc boots on few machines. */
function mergeVersions(before: Versions, { versions, cells }: Run): Versions {
  const merged: { -readonly [stack in keyof Versions]: Versions[stack] } = { ...before }
  for (const { stack, debian, outcome } of cells) {
    const version = versions[stack]?.[debian]
    if (outcome.kind === 'same' && version !== undefined)
      merged[stack] = { ...merged[stack], [debian]: version }
  }
  return merged
}

function mergeCells(before: BootRecord['cells'], results: readonly Result[]): BootRecord['cells'] {
  const merged: Record<string, Record<string, string>> = {}
  for (const [fixture, stacks] of Object.entries(before)) merged[fixture] = { ...stacks }
  for (const { fixture, stack, debian, outcome, hash } of results) {
    if (outcome.kind === 'cannot run here' || outcome.kind === 'begun') continue
    const stacks = (merged[fixture] ??= {})
    const entries = entriesOf(stacks[stack])
    if (outcome.kind === 'refused') entries.delete(String(debian))
    else entries.set(String(debian), outcome.kind === 'same' && hash !== undefined ? hash : 'differs')
    stacks[stack] = [...entries]
      .sort(([a], [b]) => Number(b) - Number(a))
      .map((pair) => pair.join('='))
      .join(' ')
  }
  return sorted(merged)
}

function mergeTests(
  before: NonNullable<BootRecord['tests']>,
  results: readonly TestResult[],
): NonNullable<BootRecord['tests']> {
  const merged: Record<string, Record<string, string>> = {}
  for (const [file, tests] of Object.entries(before)) merged[file] = { ...tests }
  for (const { file, test, passed, inputs } of results) {
    const tests = (merged[file] ??= {})
    if (passed) tests[test] = inputs
    else delete tests[test]
  }
  return sorted(Object.fromEntries(Object.entries(merged).map(([file, tests]) => [file, sorted(tests)])))
}

/** Sorted, since the order of results is random. */
const sorted = <T>(record: Readonly<Record<string, T>>): Readonly<Record<string, T>> =>
  Object.fromEntries(Object.entries(record).sort(([a], [b]) => (a < b ? -1 : 1)))

/** Current sign of a cell. `~`: it has booted, and its files have changed since. */
export function signOf(
  record: BootRecord,
  fixture: { readonly name: string; readonly text: string },
  platform: Platform,
): Sign {
  const rendering = renderFor(fixture.text, platform)
  if (isRefusal(rendering)) return 'r'
  const entry = entryOf(record, fixture.name, platform)
  if (entry === undefined) return '·'
  if (entry === 'differs') return '≠'
  return entry.split('/')[0] === hashOf(rendering.output) ? '=' : '~'
}

const entryOf = ({ cells }: BootRecord, fixture: string, { stack, debian }: Platform): string | undefined =>
  entriesOf(cells[fixture]?.[stack]).get(String(debian))

/** Whether exactly these files have booted in the current lab. */
export function isRecorded(
  record: BootRecord,
  fixture: { readonly name: string; readonly text: string; readonly folder: string },
  platform: Platform,
): boolean {
  const rendering = renderFor(fixture.text, platform)
  return (
    isRefusal(rendering) || entryOf(record, fixture.name, platform) === cellHashOf(fixture, rendering.output)
  )
}

export const cellHashOf = (fixture: { readonly folder: string }, output: Output): string =>
  `${hashOf(output)}/${labHashOf(fixture)}`

type Fixture = Parameters<typeof signOf>[1]

/** Signs of all cells; each fixture is rendered once for each platform. */
export function signsOf(record: BootRecord, fixtures: readonly Fixture[]): SignOf {
  const key = (name: string, stack: string, debian: number): string => `${name} ${stack} ${debian}`
  const signs = new Map(
    fixtures.flatMap((fixture) =>
      platforms.map((platform): [string, Sign] => [
        key(fixture.name, platform.stack, platform.debian),
        signOf(record, fixture, platform),
      ]),
    ),
  )
  return (name, stack, debian) => signs.get(key(name, stack, debian)) ?? '·'
}
