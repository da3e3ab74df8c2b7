import { describe, expect, it } from 'vitest'
import { compile } from '../src/compile.js'
import { hasErrors } from '../src/diagnostics/diagnostic.js'
import { createReporter } from '../src/diagnostics/reporter.js'
import { features, featuresOf, type Feature } from '../src/plan/features.js'
import type { KernelPlan } from '../src/plan/plan.js'
import { targets } from '../src/targets/index.js'
import { renderTarget } from '../src/targets/output.js'
import { checkSupport } from '../src/targets/support.js'
import type { Rendered, Target, WrittenSettings } from '../src/targets/target.js'
import { isAtLeast, versionOf } from '../src/targets/version.js'
import { amount } from './helpers/amount.js'
import { compileFixture, goodFixtures } from './helpers/fixtures.js'
import { without } from './helpers/without-feature.js'
import { targetVariants } from './target-variants.js'

const plans = goodFixtures.flatMap((fixture) => {
  const { plan } = compileFixture(fixture)
  return plan === undefined ? [] : [{ name: fixture.name, plan }]
})

const plansByFeature = new Map(
  features.map((feature) => [
    feature,
    plans.filter(({ plan }) => featuresOf(plan).some((use) => use.feature === feature)),
  ]),
)
const users = (feature: Feature) => plansByFeature.get(feature) ?? []

/** Whether no other link than leased ones has a next hop that is `onlink`. */
const isOnlinkOfLeases = ({ state: { routes, links } }: KernelPlan): boolean =>
  routes
    .flatMap(({ nexthops }) => nexthops)
    .filter(({ onlink }) => onlink === true)
    .every(({ dev }) => links.some(({ name, lease }) => name === dev && lease !== undefined))

/** undefined if the target rejects the plan, for its features or its values. */
function render(target: Target, settings: WrittenSettings, plan: KernelPlan): Rendered | undefined {
  const reporter = createReporter()
  checkSupport(plan, target, settings, reporter)
  if (reporter.diagnostics.some(({ severity }) => severity === 'error')) return undefined
  const rendered = target.render(plan, settings, { file: 'description.yaml', reporter })
  return reporter.diagnostics.some(({ severity }) => severity === 'error') ? undefined : rendered
}

/** Without comments, which could differ without an effect. */
const meaning = (rendered: Rendered | undefined): string =>
  (rendered?.files ?? [])
    .map(
      (file) => `${file.path}\n${'content' in file ? file.content.replace(/^\s*#.*$/gm, '') : file.symlink}`,
    )
    .join('\n')

describe('the fixtures', () => {
  it('use every feature', () => {
    expect(features.filter((feature) => users(feature).length === 0)).toEqual([])
  })
})

describe.each(targetVariants)('$name', ({ target, settings }) => {
  const capabilities = target.capabilities(settings)
  const version = versionOf(settings, target.defaultVersion)
  const isClaimed = (feature: Feature): boolean => {
    const support = capabilities[feature]
    return support.how !== 'unsupported' && (support.since === undefined || isAtLeast(version, support.since))
  }

  // Without unsupported features, so that the rest of each fixture is still rendered.
  const sayable = (plan: KernelPlan) =>
    features.filter((feature) => !isClaimed(feature)).reduce(without, plan)

  // systemd before 252 treats every next hop over a leased link as onlink (networkd-lease.ts).
  const isEarly =
    (target.id === 'networkd' && !isAtLeast(version, '252')) ||
    (target.id === 'netplan' && settings['renderer'] === 'networkd' && !isAtLeast(version, '0.106'))
  const isSaidAnyway = (feature: Feature, plan: KernelPlan) =>
    isEarly && feature === 'route.onlink' && isOnlinkOfLeases(plan)

  const wholes = new Map<KernelPlan, { readonly plan: KernelPlan; readonly text: string } | undefined>()

  /** The supported part of a plan, rendered once for all features; undefined if it is rejected. */
  function wholeOf(written: KernelPlan) {
    if (wholes.has(written)) return wholes.get(written)
    const plan = sayable(written)
    const rendered = render(target, settings, plan)
    const whole = rendered === undefined ? undefined : { plan, text: meaning(rendered) }
    wholes.set(written, whole)
    return whole
  }

  // `not-needed` has nothing to write; `partial` may have nothing either, and gets a warning each time.
  const isWritten = (feature: Feature) => ['native', 'hook', 'drop-in'].includes(capabilities[feature].how)

  it.each(features.filter(isClaimed).filter(isWritten))(
    'says %s: the output changes when it is taken away',
    (feature) => {
      let rendered = 0
      const changes = users(feature).flatMap(({ plan: written }) => {
        if (rendered === amount(5, Infinity)) return []
        const whole = wholeOf(written)
        if (whole === undefined) return []
        const { plan, text } = whole
        if (!featuresOf(plan).some((use) => use.feature === feature) || isSaidAnyway(feature, plan)) return []
        rendered += 1
        // The plan without the feature may be rejected: that is a difference too.
        return [text !== meaning(render(target, settings, without(plan, feature)))]
      })
      expect(changes.length, `no fixture with ${feature} is rendered`).toBeGreaterThan(0)
      expect(changes).not.toContain(false)
    },
  )

  it('has files or errors for every fixture, also where values are checked beside refused features', () => {
    for (const { name, plan } of plans) {
      const { files, diagnostics } = renderTarget(plan, target, settings, { file: 'description.yaml' })
      expect(files.length > 0, name).toBe(!hasErrors(diagnostics))
    }
  })

  it.each(features.filter((feature) => !isClaimed(feature)))('refuses %s', (feature) => {
    for (const { plan } of users(feature)) {
      const reporter = createReporter()
      checkSupport(plan, target, settings, reporter)
      const codes = reporter.diagnostics
        .filter(({ severity }) => severity === 'error')
        .map(({ code }) => code)
      expect(codes).toContain(
        capabilities[feature].how === 'unsupported' ? 'feature-unsupported' : 'feature-version',
      )
    }
  })
})

describe('an unsupported feature', () => {
  it('is reported with a location and a fix or a reason, and the target has no files', () => {
    for (const fixture of goodFixtures) {
      const { outputs } = compileFixture(fixture)
      for (const [id, output] of outputs) {
        const errors = output.diagnostics.filter(({ severity }) => severity === 'error')
        for (const error of errors) {
          expect(error.target, `${fixture.name} ${error.code}`).toBe(id)
          expect(error.span, `${fixture.name} ${error.code}`).toBeDefined()
        }
        if (errors.length > 0) expect(output.files).toEqual([])
        else expect(output.files.length).toBeGreaterThan(0)
      }
    }
  })

  it('is reported by compile as in the record', () => {
    const text =
      "version: 1\nlinks:\n  eth0: { addresses: [192.0.2.2/24] }\ngateways:\n  a: { link: eth0, via: 192.0.2.1, fail-closed: true }\ntargets:\n  nm-keyfile: { version: '1.30' }\n"
    const keyfile = (targets as readonly Target[]).filter(({ id }) => id === 'nm-keyfile')
    const { diagnostics, outputs } = compile(text, { targets: keyfile })
    expect(diagnostics.map(({ code }) => code)).toContain('feature-version')
    expect(outputs.get('nm-keyfile')?.files).toEqual([])
  })
})
