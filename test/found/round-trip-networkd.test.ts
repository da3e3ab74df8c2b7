// Round trips of networkd: its files for each fixture, read back.
import { describe, expect, it } from 'vitest'
import { networkdReader } from '../../src/targets/networkd/read.js'
import { compileFixture, goodFixtures } from '../helpers/fixtures.js'
import {
  foundLeases,
  outputFiles,
  plannedLeases,
  planOf,
  readFiles,
  summary,
  unknowns,
} from './round-trip-units.js'

describe('the files of networkd', () => {
  const rendered = goodFixtures.flatMap((fixture) => {
    const { plan, outputs } = compileFixture(fixture)
    const output = outputs.get('networkd')
    return plan === undefined || output === undefined || output.files.length === 0
      ? []
      : [{ name: fixture.name, plan, output }]
  })
  it.each(rendered)('of $name are read as the plan', ({ plan, output }) => {
    const found = readFiles(outputFiles(output), [networkdReader])
    expect(unknowns(found)).toEqual([])
    const read = planOf(found)
    expect(read.problems).toEqual([])
    expect(summary(read.plan)).toEqual(summary(plan))
    expect(foundLeases(found)).toEqual(plannedLeases(plan, { inet: 0, inet6: 1024 }))
  })
})
