// Round trips of netplan: its files for each fixture, read back.
import { describe, expect, it } from 'vitest'
import { createReporter } from '../../src/diagnostics/reporter.js'
import { netplan } from '../../src/targets/netplan/index.js'
import { checkSupport } from '../../src/targets/support.js'
import { netplanReader } from '../../src/targets/netplan/read.js'
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

describe('the files of netplan', () => {
  const rendered = goodFixtures.flatMap((fixture) => {
    const { plan, outputs } = compileFixture(fixture)
    const output = outputs.get('netplan')
    return plan === undefined || output === undefined || output.files.length === 0
      ? []
      : [{ name: fixture.name, plan, output }]
  })
  it.each(rendered)('of $name are read as the plan', ({ plan, output }) => {
    const found = readFiles(outputFiles(output), [netplanReader])
    expect(unknowns(found)).toEqual([])
    const read = planOf(found)
    expect(read.problems).toEqual([])
    expect(summary(read.plan)).toEqual(summary(plan))
    expect(foundLeases(found)).toEqual(plannedLeases(plan, { inet: 0, inet6: 1024 }))
  })
})

describe('the YAML of netplan for NetworkManager', () => {
  const settings = { renderer: 'NetworkManager', 'beyond-yaml': 'refuse' }
  const rendered = goodFixtures.flatMap((fixture) => {
    const { plan } = compileFixture(fixture)
    if (plan === undefined) return []
    const reporter = createReporter()
    checkSupport(plan, netplan, settings, reporter)
    const output = netplan.render(plan, settings, { file: 'description.yaml', reporter })
    const isRefused = reporter.diagnostics.some(({ severity }) => severity === 'error')
    // Its YAML is for links whose addresses are in another file, without which netplan leaves out routes.
    const isAlone = plan.intent.manage === 'full'
    return isRefused || !isAlone ? [] : [{ name: fixture.name, plan, output }]
  })

  it('exists for a part of the fixtures', () => {
    expect(rendered.length).toBeGreaterThan(20)
  })

  it.each(rendered)('of $name is read as the plan', ({ plan, output }) => {
    const found = readFiles(outputFiles(output), [netplanReader])
    expect(unknowns(found)).toEqual([])
    const read = planOf(found)
    expect(read.problems).toEqual([])
    expect(summary(read.plan)).toEqual(summary(plan))
    expect(foundLeases(found)).toEqual(plannedLeases(plan, { inet: 0, inet6: 0 }))
  })
})
