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
import { sameSign } from './table.js'
import type { Sign, SignOf } from './table.js'
import type { Versions } from './versions.js'

export type BootRecord = {
  readonly versions: Versions
  /**
   * Fixture → stack → `13@6.18,6.12=FILES/LAB 12@6.18=FILES/LAB` with the kernels of the boots, or `13@6.18=differs`; a
   * refused platform has no entry.
   */
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
  if (!existsSync(file)) return { versions: {}, cells: {} }
  return JSON.parse(readFileSync(file, 'utf8')) as BootRecord
}

/** Atomic: a run may be killed at any moment. */
export function writeRecord(file: string, record: BootRecord): void {
  const part = `${file}.${process.pid}.part`
  writeFileSync(part, `${JSON.stringify(record, undefined, 2)}\n`)
  renameSync(part, file)
}

type Entry = { readonly kernels: readonly string[]; readonly hash: string }

function entriesOf(cell: string | undefined): Map<string, Entry> {
  const words = (cell ?? '').split(' ').filter((word) => word !== '')
  return new Map(
    words.map((word): [string, Entry] => {
      const [debian = '', kernels = '', hash = ''] = word.split(/[@=]/)
      return [debian, { kernels: kernels.split(','), hash }]
    }),
  )
}

const formatEntry = ([debian, { kernels, hash }]: readonly [string, Entry]): string =>
  `${debian}@${kernels.join(',')}=${hash}`

/** A boot of other files or with another result replaces the entry of all kernels. */
function mergeEntry(before: Entry | undefined, { kernel, outcome, hash }: Result): Entry {
  const result = outcome.kind === 'same' && hash !== undefined ? hash : 'differs'
  const kernels = before?.hash === result ? before.kernels : []
  return { kernels: [...new Set([...kernels, kernel])], hash: result }
}

export type Run = {
  readonly versions: Versions
  readonly cells: readonly Result[]
  readonly tests: readonly TestResult[]
}

/** Newer results replace older ones; what did not boot in this run stays. */
export function mergeRun(record: BootRecord, run: Run): BootRecord {
  return {
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
  for (const result of results) {
    const { fixture, stack, debian, outcome } = result
    if (outcome.kind === 'cannot run here' || outcome.kind === 'begun') continue
    const stacks = (merged[fixture] ??= {})
    const entries = entriesOf(stacks[stack])
    if (outcome.kind === 'refused') entries.delete(String(debian))
    else entries.set(String(debian), mergeEntry(entries.get(String(debian)), result))
    stacks[stack] = [...entries]
      .sort(([a], [b]) => Number(b) - Number(a))
      .map(formatEntry)
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
  if (entry.hash === 'differs') return '≠'
  return entry.hash.split('/')[0] === hashOf(rendering.output)
    ? sameSign(platform.debian, entry.kernels)
    : '~'
}

const entryOf = ({ cells }: BootRecord, fixture: string, { stack, debian }: Platform): Entry | undefined =>
  entriesOf(cells[fixture]?.[stack]).get(String(debian))

/** The kernels on which a cell has booted. */
export const kernelsOf = (record: BootRecord, fixture: string, platform: Platform): readonly string[] =>
  entryOf(record, fixture, platform)?.kernels ?? []

/** Whether exactly these files have booted in the current lab, on this kernel or on any. */
export function isRecorded(
  record: BootRecord,
  fixture: { readonly name: string; readonly text: string; readonly folder: string },
  platform: Platform,
  kernel?: string,
): boolean {
  const rendering = renderFor(fixture.text, platform)
  if (isRefusal(rendering)) return true
  const entry = entryOf(record, fixture.name, platform)
  return (
    entry?.hash === cellHashOf(fixture, rendering.output) &&
    (kernel === undefined || entry.kernels.includes(kernel))
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
