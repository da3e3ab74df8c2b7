import { readFileSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import { importLive } from '../../../src/import/live/import-live.js'
import { sysctlPath } from '../../../src/kernel/sysctl.js'
import { readState } from '../../../src/verify/read/read-state.js'
import { oneInThree } from '../../helpers/amount.js'
import { withGivenLeases } from '../../helpers/apply-fixture-leases.js'
import { compileFixture, goodFixtures } from '../../helpers/fixtures.js'
import { liveStateOf } from '../../helpers/live-state.js'

const TABLES = '/etc/iproute2/rt_tables'

describe.each(oneInThree(goodFixtures, 1).map((fixture) => [fixture.name, fixture] as const))(
  '%s',
  (_name, fixture) => {
    it('has a description of its live state with the same packets', () => {
      const { plan } = compileFixture(fixture)
      if (plan === undefined) throw new Error('no plan')
      const names = plan.intent.tables.map(({ id, name }) => `${id} ${name}\n`).join('')
      const state = liveStateOf(withGivenLeases(fixture, plan))
      const imported = importLive(state, new Map([[TABLES, names]]))
      expect(imported.problems.filter(({ kind }) => kind === 'unknown')).toEqual([])
      expect(imported.diagnostics).toEqual([])
      const { reroutes, unanalyzed } = imported.comparison?.difference ?? {}
      expect([reroutes, unanalyzed]).toEqual([[], []])
    })
  },
)

it('adds no sysctl to the differences that the host has already', () => {
  const state = readState(
    readFileSync(new URL('../../verify/gathered/debian-13.txt', import.meta.url), 'utf8'),
  )
  if (!state.ok) throw new Error(state.problems.join())
  const value = (link: string) => `/proc/sys/net/ipv4/conf/${link}/rp_filter`
  const sysctls = { ...state.value.sysctls, [value('default')]: '2', [value('eth0')]: '2' }
  const { plan, comparison } = importLive({ ...state.value, sysctls }, new Map())
  expect(plan?.state.sysctls.map(({ key }) => sysctlPath(key))).toContain(value('eth0'))
  expect(comparison?.differences).toEqual([])
})
