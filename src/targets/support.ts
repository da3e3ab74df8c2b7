// Check of a plan's features against a target's capabilities, shared so that no target can forget to refuse.
import type { Path } from '../diagnostics/diagnostic.js'
import type { Reporter } from '../diagnostics/reporter.js'
import { featuresOf, featureTitles, type Feature, type FeatureUse } from '../plan/features.js'
import type { KernelPlan } from '../plan/plan.js'
import type { Target, WrittenSettings } from './target.js'
import { isAtLeast, versionOf } from './version.js'

/** Reports every use of an unsupported feature, and each partial feature once. */
export function checkSupport(
  plan: KernelPlan,
  target: Target,
  settings: WrittenSettings,
  reporter: Reporter,
): void {
  const capabilities = target.capabilities(settings)
  const version = versionOf(settings, target.defaultVersion)
  const reported = new Set<Feature>()
  for (const use of featuresOf(plan)) {
    const { feature, path, origin } = use
    const support = capabilities[feature]
    const since = support.how === 'unsupported' ? undefined : support.since
    const isTooOld = since !== undefined && !isAtLeast(version, since)
    if (support.how !== 'unsupported' && support.how !== 'partial' && !isTooOld) continue
    const at = origin === undefined ? reporter.at(...path) : reporter.about(origin, path)
    const about = { feature: featureTitles[feature], target: target.id }
    const options = { target: target.id, on: 'key', dependsOn: dependenciesOf(use) } as const
    if (support.how === 'unsupported')
      at.report(
        'feature-unsupported',
        { ...about, reason: support.reason },
        { ...options, fix: support.instead },
      )
    else if (isTooOld)
      at.report('feature-version', { ...about, since: `${target.consumer} ${since}`, version }, options)
    else if (support.how === 'partial' && !reported.has(feature)) {
      reported.add(feature)
      at.report('feature-partial', { ...about, reason: support.reason }, options)
    }
  }
}

/** What makes the use of a feature, besides the entry at its path. */
function dependenciesOf({ feature, origin }: FeatureUse): readonly Path[] {
  switch (feature) {
    // Whether a table is ever empty depends on all of its routes.
    case 'rule.lasting':
      return [['links'], ['gateways'], ['tables'], ['routes']]
    case 'lease.apart-inet':
    case 'lease.apart-inet6':
      return [['default'], ['gateways']]
    // Whether a gateway uses the router, and whether it says `lease-routes`.
    case 'lease.ignored-routes-inet':
    case 'lease.ignored-routes-inet6':
      return [['gateways']]
    default:
      // A link is one of the LAN, whose network is in every table, if no gateway is on it.
      return origin?.kind === 'gateway' && origin.part === 'network' ? [['links'], ['gateways']] : []
  }
}
