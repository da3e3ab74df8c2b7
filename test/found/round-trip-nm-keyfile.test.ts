import { describe, expect, it } from 'vitest'
import { nmKeyfileReader } from '../../src/targets/nm-keyfile/read.js'
import { multihomeReader, rtTablesReader, sysctlReader } from '../../src/targets/shared/read-common-files.js'
import { differences, type Exception, fixturesOf, roundTrip } from './round-trip.js'

/** Routes over links of other programs, and weights that NetworkManager would lose. */
const SCRIPTED =
  /^- route (?:.* dev (?:br-[ab]|wg\d|docker0|ppp\d|eth0\.1004|bond0\.217|inet\.\d\d)(?: |$)|-6 .* weight \d)/

const readers = [rtTablesReader, sysctlReader, multihomeReader, nmKeyfileReader]

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
      // The dispatcher script has these.
      expect(differences(trip, exceptions).filter((line) => !SCRIPTED.test(line))).toEqual([])
    },
  )
})
