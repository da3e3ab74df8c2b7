import { describe, expect, it } from 'vitest'
import { ifupdownReader } from '../../../src/targets/ifupdown/read.js'
import {
  multihomeReader,
  rtTablesReader,
  sysctlReader,
} from '../../../src/targets/shared/read/common-files.js'
import { differences, type Exception, fixturesOf, roundTrip } from './round-trip.js'

const readers = [rtTablesReader, ifupdownReader, sysctlReader, multihomeReader]

const exceptions: readonly Exception[] = [
  [/(?<=# .*)(?: percent|%)/g, 'ifupdown2 reads a file with % as a template, so a comment has the word'],
]

describe('rendered for ifupdown and read again', () => {
  it.each(fixturesOf('ifupdown').map((fixture) => [fixture.name, fixture] as const))(
    '%s',
    (_name, fixture) => {
      const trip = roundTrip(fixture, 'ifupdown', readers)
      expect(trip.unknown).toEqual([])
      expect(differences(trip, exceptions)).toEqual([])
    },
  )
})
