// Each feature that a target writes is read again: the other half of the honesty test (test/support.test.ts).
import { describe, expect, it } from 'vitest'
import { hasErrors } from '../../src/diagnostics/diagnostic.js'
import { importTree } from '../../src/import/import.js'
import { features, usedFeatures, type Feature } from '../../src/plan/features.js'
import { renderTarget } from '../../src/targets/output.js'
import { isAtLeast, versionOf } from '../../src/targets/version.js'
import { compileFixture, goodFixtures } from '../helpers/fixtures.js'
import { without } from '../helpers/without-feature.js'
import { targetVariants } from '../target-variants.js'
import { differencesOf } from './plan-differences.js'

/** Small ones first: most features have one, and it is read quickly. */
const plans = goodFixtures
  .toSorted((a, b) => a.text.length - b.text.length)
  .flatMap((fixture) => {
    const { plan } = compileFixture(fixture)
    return plan === undefined ? [] : [{ name: fixture.name, plan }]
  })

const EQUAL_RULES = 'without the selectors that this version lacks, rules of the only fixture are equal'

/** Why no fixture is read as it was written, by target and feature. */
const exceptions: Readonly<Record<string, string>> = {
  'nm-keyfile {"version":"1.30"} route.src-inet6': EQUAL_RULES,
  'nm-keyfile {"version":"1.30"} marks.nftables': EQUAL_RULES,
  'iproute2 {} lease.balance': 'another program runs the clients of leases, so no file has their metric',
}

describe.each(targetVariants)('$name', ({ name, target, settings }) => {
  const capabilities = target.capabilities(settings)
  const version = versionOf(settings, target.defaultVersion)
  const isClaimed = (feature: Feature): boolean => {
    const support = capabilities[feature]
    return support.how !== 'unsupported' && (support.since === undefined || isAtLeast(version, support.since))
  }
  const unclaimed = features.filter((feature) => !isClaimed(feature))
  const isWritten = (feature: Feature): boolean =>
    isClaimed(feature) && ['native', 'hook', 'drop-in'].includes(capabilities[feature].how)

  /** Features of the imported plan and what differs; undefined if the target rejects the fixture. */
  const trip = ({ plan: whole }: (typeof plans)[number]) => {
    const isWhole = !unclaimed.some((feature) => usedFeatures(whole).has(feature))
    const plan = isWhole ? whole : unclaimed.reduce(without, whole)
    const { files, diagnostics } = renderTarget(plan, target, settings, { file: 'description.yaml' })
    if (files.length === 0 || hasErrors(diagnostics)) return undefined
    const texts = files.flatMap((file) => ('content' in file ? [[file.path, file.content] as const] : []))
    const imported = importTree(new Map(texts))
    const problems = imported.problems
      .filter(({ kind }) => kind === 'unknown')
      .map(({ place, why }) => `${place.file}:${place.line}: ${why}`)
    // No description has the plan that is left without some features: a metric or a sysctl of its own may remain.
    const differences = imported.plan === undefined || !isWhole ? [] : differencesOf(plan, imported.plan)
    return {
      before: usedFeatures(plan),
      after: imported.plan === undefined ? new Set<Feature>() : usedFeatures(imported.plan),
      problems: [...problems, ...differences],
    }
  }
  const trips = new Map<string, ReturnType<typeof trip>>()
  const tripOf = (fixture: (typeof plans)[number]) => {
    if (!trips.has(fixture.name)) trips.set(fixture.name, trip(fixture))
    return trips.get(fixture.name)
  }

  it.each(features.filter(isWritten))('reads %s from what it writes', (feature) => {
    const failures: string[] = []
    const isRead = plans.some((fixture) => {
      const result = usedFeatures(fixture.plan).has(feature) ? tripOf(fixture) : undefined
      if (result === undefined || !result.before.has(feature)) return false
      const problems = [...(result.after.has(feature) ? [] : [`${feature} is lost`]), ...result.problems]
      if (problems.length > 0) failures.push(`${fixture.name}: ${problems.join('; ').slice(0, 300)}`)
      return problems.length === 0
    })
    const isException = exceptions[`${name} ${feature}`] !== undefined
    expect(isRead, ['no fixture is read as it was written', ...failures].join('\n')).toBe(!isException)
  })
})
