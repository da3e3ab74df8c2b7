import { describe, expect, it } from 'vitest'
import { nmDispatcherReader } from '../../../src/targets/nm-dispatcher/read.js'
import { nmKeyfileReader } from '../../../src/targets/nm-keyfile/read.js'
import {
  multihomeReader,
  rtTablesReader,
  sysctlReader,
} from '../../../src/targets/shared/read/common-files.js'
import { differences, fixturesOf, roundTrip, type Exception } from './round-trip.js'

const readers = [rtTablesReader, sysctlReader, nmKeyfileReader, multihomeReader, nmDispatcherReader]

const exceptions: readonly Exception[] = [
  [
    /^sysctl net\.ipv6\.conf\.\S+\.(?:accept_ra 2|accept_ra_defrtr .*|ra_defrtr_metric .*)$/,
    'NetworkManager handles router advertisements, and sets them',
  ],
  [/(?<=^link .*) optional(?= |$)/, 'NetworkManager’s boot waits for no link of ours'],
]

describe('rendered for nm-dispatcher and read again', () => {
  it.each(fixturesOf('nm-dispatcher').map((fixture) => [fixture.name, fixture] as const))(
    '%s',
    (_name, fixture) => {
      const trip = roundTrip(fixture, 'nm-dispatcher', readers)
      expect(trip.unknown).toEqual([])
      expect(differences(trip, exceptions)).toEqual([])
    },
  )
})
