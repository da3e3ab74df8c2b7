// Minimum version of a stack for the features of a plan.
import { featureTitles, usedFeatures } from '../plan/features.js'
import type { KernelPlan } from '../plan/plan.js'
import type { Target, WrittenSettings } from './target.js'
import { compareVersions, versionOf } from './version.js'

export interface MinimumVersion {
  readonly target: string
  /** The program that versions refer to: `systemd`. */
  readonly consumer: string
  /** From the description, or the target's default. */
  readonly assumed: string
  /** Absent if any version will do. */
  readonly least?: string
  /** Titles of the features that need `least`. */
  readonly because: readonly string[]
  /** Titles of features that no version supports with these settings. */
  readonly never: readonly string[]
  /** Whether a script of ours calls `ip`. */
  readonly hooks: boolean
}

export function minimumVersionOf(
  plan: KernelPlan,
  target: Target,
  settings: WrittenSettings,
): MinimumVersion {
  const capabilities = target.capabilities(settings)
  let least: string | undefined
  let because: readonly string[] = []
  const never: string[] = []
  let hooks = false
  for (const feature of usedFeatures(plan)) {
    const support = capabilities[feature]
    if (support.how === 'hook') hooks = true
    if (support.how === 'unsupported') never.push(featureTitles[feature])
    else if (support.since !== undefined) {
      const order = least === undefined ? 1 : compareVersions(support.since, least)
      if (order > 0) {
        least = support.since
        because = [featureTitles[feature]]
      } else if (order === 0) because = [...because, featureTitles[feature]]
    }
  }
  return {
    target: target.id,
    consumer: target.consumer,
    assumed: versionOf(settings, target.defaultVersion),
    least,
    because,
    never,
    hooks,
  }
}
