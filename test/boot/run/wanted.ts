// Which cells of the table are booted in this run: all, or a fixed spread: most of the newest generation, some of the older ones.
import { createHash } from 'node:crypto'
import { goodFixtures } from '../../helpers/fixtures.js'
import type { Fixture } from '../../helpers/fixtures.js'
import { places } from '../host/places.js'
import type { Place } from '../host/rendering.js'
import { readProof, signOf } from './proof.js'
import { proofFile } from './record.js'

export type Cell = Place & { readonly fixture: Fixture }

/** What `npm run test:boot` was told; nothing of it means everything. */
const listOf = (variable: string): readonly string[] =>
  (process.env[variable] ?? '').split(',').filter((word) => word !== '')

const chosen = {
  fixtures: listOf('MULTIHOME_BOOT_FIXTURE'),
  stacks: listOf('MULTIHOME_BOOT_STACK'),
  debians: listOf('MULTIHOME_BOOT_DEBIAN'),
}

/** Every cell, and not only the spread that `npm test` boots. */
const isWhole = process.env['MULTIHOME_BOOT_WHOLE'] === '1'

/** What the record has already, for the files that are rendered today, is left out. */
const isUnprovenOnly = process.env['MULTIHOME_BOOT_UNPROVEN'] === '1'
const proof = readProof(proofFile)

const isIn = (list: readonly string[], word: string): boolean => list.length === 0 || list.includes(word)

export const isWantedPlace = ({ stack, debian }: Place): boolean =>
  isIn(chosen.stacks, stack) && isIn(chosen.debians, String(debian))

export const wantedPlaces = places.filter(isWantedPlace)

/** For a test of its own descriptions: the newest generation, and the older ones that it names (`networkd 12`). */
export const placesFor = (older: readonly string[]): readonly Place[] =>
  wantedPlaces.filter(({ stack, debian }) => isWhole || debian === 13 || older.includes(`${stack} ${debian}`))

/** For a test of a few fixtures: the places that it names for one of them. */
export const placesOf = (fixture: string, few: readonly string[]): readonly Place[] =>
  wantedPlaces.filter(
    ({ stack, debian }) => isIn(chosen.fixtures, fixture) && (isWhole || few.includes(`${stack} ${debian}`)),
  )

/** Two in five of the newest generation, one in twenty-four of the older ones; always the same: by the hash of its name. */
export function isInSpread({ fixture, stack, debian }: Cell): boolean {
  const hash = createHash('sha256').update(`${fixture.name} ${stack} ${debian}`).digest().readUInt32BE(0)
  return debian === 13 ? hash % 5 < 2 : hash % 24 === 0
}

export const wantedCells: readonly Cell[] = goodFixtures
  .filter(({ name }) => isIn(chosen.fixtures, name))
  .flatMap((fixture) => wantedPlaces.map((place) => ({ ...place, fixture })))
  .filter((cell) => isWhole || isInSpread(cell))
  .filter((cell) => !isUnprovenOnly || !['=', 'r'].includes(signOf(proof, cell.fixture, cell)))
