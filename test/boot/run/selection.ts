// Selection of cells and tests for this run: all, those missing from the record, or a sample.
import { createHash } from 'node:crypto'
import { goodFixtures } from '../../helpers/fixtures.js'
import type { Fixture } from '../../helpers/fixtures.js'
import { platforms } from '../host/platforms.js'
import type { Platform } from '../host/rendering.js'
import { isRecorded, readRecord } from './boot-record.js'
import { recordFile } from './save-record.js'
import type { TestResult } from './results.js'

export type Cell = Platform & { readonly fixture: Fixture }

/** Options of `npm run test:boot`; an empty list selects everything. */
const listOf = (variable: string): readonly string[] =>
  (process.env[variable] ?? '').split(',').filter((word) => word !== '')

const selected = {
  fixtures: listOf('MULTIHOME_BOOT_FIXTURE'),
  stacks: listOf('MULTIHOME_BOOT_STACK'),
  debians: listOf('MULTIHOME_BOOT_DEBIAN'),
}

/** Only what the record lacks for the current files and code. */
const unprovenOnly = process.env['MULTIHOME_BOOT_UNPROVEN'] === '1'

/** A fixed sample, independent of the record. */
const sampleOnly = process.env['MULTIHOME_BOOT_SAMPLE'] === '1'

/** Everything, not only the unproven or the sample. */
const bootsEverything = !unprovenOnly && !sampleOnly

const record = readRecord(recordFile)

const isIn = (list: readonly string[], word: string): boolean => list.length === 0 || list.includes(word)

export const isSelectedPlatform = ({ stack, debian }: Platform): boolean =>
  isIn(selected.stacks, stack) && isIn(selected.debians, String(debian))

export const selectedPlatforms = platforms.filter(isSelectedPlatform)

/** Places of a test with its own descriptions: Debian 13, and the older ones that it names (`networkd 12`). */
export const platformsFor = (older: readonly string[]): readonly Platform[] =>
  selectedPlatforms.filter(
    ({ stack, debian }) => bootsEverything || debian === 13 || older.includes(`${stack} ${debian}`),
  )

/** Places of a test of a few fixtures, as it names them for one fixture. */
export const platformsOf = (fixture: string, few: readonly string[]): readonly Platform[] =>
  selectedPlatforms.filter(
    ({ stack, debian }) =>
      isIn(selected.fixtures, fixture) && (bootsEverything || few.includes(`${stack} ${debian}`)),
  )

/** A fixed selection by the hash of the name. */
const isOneIn = (count: number, name: string): boolean =>
  createHash('sha256').update(name).digest().readUInt32BE(0) % count === 0

const isInSample = ({ fixture, stack, debian }: Cell): boolean =>
  isOneIn(48, `${fixture.name} ${stack} ${debian}`)

/** The selected cells of the matrix. */
export const selectedCells = (): readonly Cell[] =>
  goodFixtures
    .filter(({ name }) => isIn(selected.fixtures, name))
    .flatMap((fixture) => selectedPlatforms.map((platform) => ({ ...platform, fixture })))
    .filter(
      (cell) =>
        bootsEverything ||
        (sampleOnly && isInSample(cell)) ||
        (unprovenOnly && !isRecorded(record, cell.fixture, cell)),
    )

/** The output of `multihome verify` on a booted host depends on more than the rendered files. */
const alwaysInSample: readonly string[] = ['verify']

/** Whether a test outside of the matrix is selected. */
export const isSelectedTest = ({ file, test, inputs }: Omit<TestResult, 'passed'>): boolean =>
  bootsEverything ||
  (sampleOnly && (alwaysInSample.includes(file) || isOneIn(32, `${file} ${test}`))) ||
  (unprovenOnly && record.tests?.[file]?.[test] !== inputs)
