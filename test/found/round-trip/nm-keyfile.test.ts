import { describe, expect, it } from 'vitest'
import { nmDispatcherReader } from '../../../src/targets/nm-dispatcher/read.js'
import { nmKeyfileReader } from '../../../src/targets/nm-keyfile/read.js'
import {
  multihomeReader,
  rtTablesReader,
  sysctlReader,
} from '../../../src/targets/shared/read/common-files.js'
import { differences, type Exception, fixturesOf, roundTrip } from './round-trip.js'

const readers = [rtTablesReader, sysctlReader, multihomeReader, nmKeyfileReader, nmDispatcherReader]

const exceptions: readonly Exception[] = [
  [/(?<=^link .*) optional(?= |$)/g, 'a profile cannot say that the boot does not wait for its link'],
  [
    /^sysctl net\/?.*(?:accept_ra|ra_defrtr_metric).*/,
    'NetworkManager reads router advertisements itself, so no file has sysctls of the kernel for them',
  ],
]

describe('rendered for nm-keyfile and read again', () => {
  it.each(fixturesOf('nm-keyfile').map((fixture) => [fixture.name, fixture] as const))(
    '%s',
    (_name, fixture) => {
      const trip = roundTrip(fixture, 'nm-keyfile', readers)
      expect(trip.unknown).toEqual([])
      expect(differences(trip, exceptions)).toEqual([])
    },
  )
})
