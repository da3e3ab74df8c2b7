// Which cells of the matrix, and which other tests, are booted in this run: all, what the record does not have, a sample.
import { createHash } from 'node:crypto'
import { goodFixtures } from '../../helpers/fixtures.js'
import type { Fixture } from '../../helpers/fixtures.js'
import { places } from '../host/places.js'
import type { Place } from '../host/rendering.js'
import { isRecorded, readRecord } from './boot-record.js'
import { recordFile } from './save-record.js'
import type { TestResult } from './results.js'

export type Cell = Place & { readonly fixture: Fixture }

/** What `npm run test:boot` was told; nothing of it means everything. */
const listOf = (variable: string): readonly string[] =>
  (process.env[variable] ?? '').split(',').filter((word) => word !== '')

const selected = {
  fixtures: listOf('MULTIHOME_BOOT_FIXTURE'),
  stacks: listOf('MULTIHOME_BOOT_STACK'),
  debians: listOf('MULTIHOME_BOOT_DEBIAN'),
}

/** What the record does not have for the files and the code of today. */
const unprovenOnly = process.env['MULTIHOME_BOOT_UNPROVEN'] === '1'

/** A fixed part, whatever the record has. */
const sampleOnly = process.env['MULTIHOME_BOOT_SAMPLE'] === '1'

/** Everything, and not only what is unproven or in the sample. */
const bootsEverything = !unprovenOnly && !sampleOnly

const record = readRecord(recordFile)

const isIn = (list: readonly string[], word: string): boolean => list.length === 0 || list.includes(word)

export const isSelectedPlace = ({ stack, debian }: Place): boolean =>
  isIn(selected.stacks, stack) && isIn(selected.debians, String(debian))

export const selectedPlaces = places.filter(isSelectedPlace)

/** For a test of its own descriptions: the newest generation, and the older ones that it names (`networkd 12`). */
export const placesFor = (older: readonly string[]): readonly Place[] =>
  selectedPlaces.filter(
    ({ stack, debian }) => bootsEverything || debian === 13 || older.includes(`${stack} ${debian}`),
  )

/** For a test of a few fixtures: the places that it names for one of them. */
export const placesOf = (fixture: string, few: readonly string[]): readonly Place[] =>
  selectedPlaces.filter(
    ({ stack, debian }) =>
      isIn(selected.fixtures, fixture) && (bootsEverything || few.includes(`${stack} ${debian}`)),
  )

/** Always the same: by the hash of its name. */
const isOneIn = (count: number, name: string): boolean =>
  createHash('sha256').update(name).digest().readUInt32BE(0) % count === 0

const isInSample = ({ fixture, stack, debian }: Cell): boolean =>
  isOneIn(48, `${fixture.name} ${stack} ${debian}`)

/** The cells of the matrix to boot. */
export const selectedCells = (): readonly Cell[] =>
  goodFixtures
    .filter(({ name }) => isIn(selected.fixtures, name))
    .flatMap((fixture) => selectedPlaces.map((place) => ({ ...place, fixture })))
    .filter(
      (cell) =>
        bootsEverything ||
        (sampleOnly && isInSample(cell)) ||
        (unprovenOnly && !isRecorded(record, cell.fixture, cell)),
    )

/** What `multihome verify` says of a booted host depends on more than what is rendered. */
const alwaysInSample: readonly string[] = ['verify']

/** Whether a test of another file than the matrix is to run. */
export const isSelectedTest = ({ file, test, inputs }: Omit<TestResult, 'passed'>): boolean =>
  bootsEverything ||
  (sampleOnly && (alwaysInSample.includes(file) || isOneIn(32, `${file} ${test}`))) ||
  (unprovenOnly && record.tests?.[file]?.[test] !== inputs)
