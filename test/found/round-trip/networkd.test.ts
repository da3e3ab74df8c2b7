// Round trips of networkd: its files for each fixture, read back.
import { describe, expect, it } from 'vitest'
import { networkdReader } from '../../../src/targets/networkd/read.js'
import {
  multihomeReader,
  rtTablesReader,
  sysctlReader,
} from '../../../src/targets/shared/read/common-files.js'
import { compileFixture } from '../../helpers/fixtures.js'
import { differences, fixturesOf, roundTrip, type Exception } from './round-trip.js'
import { foundLeases, plannedLeases } from './units.js'

const readers = [rtTablesReader, sysctlReader, multihomeReader, networkdReader]

const exceptions: readonly Exception[] = [
  [
    /^sysctl net\/?.*(?:accept_ra|ra_defrtr_metric).*/,
    'a daemon reads router advertisements, so no file has sysctls of the kernel for them',
  ],
]

describe('rendered for networkd and read again', () => {
  it.each(fixturesOf('networkd').map((fixture) => [fixture.name, fixture] as const))(
    '%s',
    (_name, fixture) => {
      const trip = roundTrip(fixture, 'networkd', readers)
      expect(trip.unknown).toEqual([])
      expect(differences(trip, exceptions)).toEqual([])
      const { plan } = compileFixture(fixture)
      if (plan !== undefined)
        expect(foundLeases(trip.found)).toEqual(plannedLeases(plan, { inet: 0, inet6: 1024 }))
    },
  )
})
