import { describe, expect, it } from 'vitest'
import { netifrcReader } from '../../../src/targets/netifrc/read.js'
import {
  multihomeReader,
  rtTablesReader,
  sysctlReader,
} from '../../../src/targets/shared/read/common-files.js'
import { differences, fixturesOf, roundTrip } from './round-trip.js'

const readers = [rtTablesReader, netifrcReader, sysctlReader, multihomeReader]

describe('rendered for netifrc and read again', () => {
  it.each(fixturesOf('netifrc').map((fixture) => [fixture.name, fixture] as const))(
    '%s',
    (_name, fixture) => {
      const trip = roundTrip(fixture, 'netifrc', readers)
      expect(trip.unknown).toEqual([])
      expect(differences(trip)).toEqual([])
    },
  )
})
