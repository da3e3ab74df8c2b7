// Check of a plan's features against a target's capabilities, shared so that no target can forget to refuse.
import type { Reporter } from '../diagnostics/reporter.js'
import { featuresOf, featureTitles, type Feature } from '../plan/features.js'
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
  for (const { feature, path, origin } of featuresOf(plan)) {
    const support = capabilities[feature]
    if (support.how !== 'unsupported' && support.how !== 'partial' && support.since === undefined) continue
    const at = origin === undefined ? reporter.at(...path) : reporter.about(origin, path)
    const about = { feature: featureTitles[feature], target: target.id }
    const options = { target: target.id, on: 'key' } as const
    if (support.how === 'unsupported')
      at.report(
        'feature-unsupported',
        { ...about, reason: support.reason },
        { ...options, fix: support.instead },
      )
    else if (support.since !== undefined && !isAtLeast(version, support.since))
      at.report(
        'feature-version',
        { ...about, since: `${target.consumer} ${support.since}`, version },
        options,
      )
    else if (support.how === 'partial' && !reported.has(feature)) {
      reported.add(feature)
      at.report('feature-partial', { ...about, reason: support.reason }, options)
    }
  }
}
