import { describe, expect, it } from 'vitest'
import {
  multihomeReader,
  rtTablesReader,
  sysctlReader,
} from '../../../src/targets/shared/read/common-files.js'
import { differences, type Exception, fixturesOf, roundTrip } from './round-trip.js'

const readers = [rtTablesReader, sysctlReader, multihomeReader]

const exceptions: readonly Exception[] = [
  [
    /(?<=^link .*) (?:optional|dhcp4|dhcp6)(?= |$)/g,
    'plain iproute2 runs no DHCP client, and no boot waits for it',
  ],
  [/(?<=^lease .* inet main) metric \d+/, 'the metric of a lease is the business of its client'],
]

describe('rendered for iproute2 and read again', () => {
  it.each(fixturesOf('iproute2').map((fixture) => [fixture.name, fixture] as const))(
    '%s',
    (_name, fixture) => {
      const trip = roundTrip(fixture, 'iproute2', readers)
      expect(trip.unknown).toEqual([])
      expect(differences(trip, exceptions)).toEqual([])
    },
  )
})
