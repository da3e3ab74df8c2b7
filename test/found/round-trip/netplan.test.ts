// Round trips of netplan: its YAML and the files beside it for each fixture, read back, over both renderers.
import { describe, expect, it } from 'vitest'
import { createReporter } from '../../../src/diagnostics/reporter.js'
import { netplan } from '../../../src/targets/netplan/index.js'
import { netplanReader } from '../../../src/targets/netplan/read.js'
import { nmDispatcherReader } from '../../../src/targets/nm-dispatcher/read.js'
import {
  multihomeReader,
  rtTablesReader,
  sysctlReader,
} from '../../../src/targets/shared/read/common-files.js'
import { checkSupport } from '../../../src/targets/support.js'
import { compileFixture, goodFixtures } from '../../helpers/fixtures.js'
import { differences, fixturesOf, planLines, roundTrip, type Exception } from './round-trip.js'
import { foundLeases, outputFiles, plannedLeases, planOf, readFiles, unknowns } from './units.js'

const readers = [rtTablesReader, sysctlReader, multihomeReader, netplanReader, nmDispatcherReader]

const exceptions: readonly Exception[] = [
  [
    /^sysctl net\/?.*(?:accept_ra|ra_defrtr_metric).*/,
    'a daemon reads router advertisements, so no file has sysctls of the kernel for them',
  ],
]

describe('rendered for netplan over networkd and read again', () => {
  it.each(fixturesOf('netplan').map((fixture) => [fixture.name, fixture] as const))(
    '%s',
    (_name, fixture) => {
      const trip = roundTrip(fixture, 'netplan', readers)
      expect(trip.unknown).toEqual([])
      expect(differences(trip, exceptions)).toEqual([])
      const { plan } = compileFixture(fixture)
      if (plan !== undefined)
        expect(foundLeases(trip.found)).toEqual(plannedLeases(plan, { inet: 0, inet6: 1024 }))
    },
  )
})

describe('rendered for netplan over NetworkManager and read again', () => {
  const settings = { renderer: 'NetworkManager' }
  const rendered = goodFixtures.flatMap((fixture) => {
    const { plan } = compileFixture(fixture)
    // With `manage: routing` the YAML is for links whose addresses are in another file, without which netplan leaves out routes.
    if (plan?.intent.manage !== 'full') return []
    const reporter = createReporter()
    checkSupport(plan, netplan, settings, reporter)
    const output = netplan.render(plan, settings, { file: 'description.yaml', reporter })
    const isRefused = reporter.diagnostics.some(({ severity }) => severity === 'error')
    return isRefused ? [] : [{ name: fixture.name, plan, output }]
  })

  it('exists for most of the fixtures', () => {
    expect(rendered.length).toBeGreaterThan(60)
  })

  it.each(rendered)('$name', ({ plan, output }) => {
    const found = readFiles(outputFiles(output), readers)
    expect(unknowns(found)).toEqual([])
    const read = planOf(found)
    expect(read.problems).toEqual([])
    const trip = { found, expected: planLines(plan), actual: planLines(read.plan), unknown: [] }
    expect(differences(trip, exceptions)).toEqual([])
    expect(foundLeases(found)).toEqual(plannedLeases(plan, { inet: 0, inet6: 0 }))
  })
})
