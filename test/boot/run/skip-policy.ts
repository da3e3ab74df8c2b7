// What cannot boot here: is it left out with its reason, or a failure?
import { missingLinkSupport } from '../../helpers/virtual-link-support.js'
import { requiredVersion, versionNeeds } from '../../../src/plan/requires-versions.js'
import type { KernelPlan } from '../../../src/plan/plan.js'
import { isAtLeast } from '../../../src/targets/version.js'
import { iproute2Versions, isRefusal, renderFor } from '../host/rendering.js'
import type { Place, Rendering } from '../host/rendering.js'
import { whyNoBoot } from '../lab/lab.js'

/**
 * Why the stack is left out; undefined where it boots. Throws the reason where everything has to boot: but netifrc is in
 * no Debian and boots where an installed one is named, so its absence is never a failure.
 */
export function reasonToSkip({ stack, debian }: Place): string | undefined {
  const why = whyNoBoot(stack, debian)
  const mayBeMissing = stack === 'netifrc' || process.env['MULTIHOME_REQUIRE_BOOT'] !== '1'
  if (why !== undefined && !mayBeMissing) throw new Error(why)
  return why
}

/** Why the plan cannot boot on that host; undefined where it can. */
export const whyNotOn = (plan: KernelPlan, place: Place): string | undefined =>
  missingLinkSupport(plan) ?? missingIproute2(plan, place) ?? reasonToSkip(place)

/** Scripts of ours call `ip`; the target iproute2 alone has its version as a setting. */
function missingIproute2(plan: KernelPlan, { debian }: Place): string | undefined {
  const needed = requiredVersion(versionNeeds(plan), 'iproute2')
  const installed = iproute2Versions[debian]
  return needed === undefined || isAtLeast(installed, needed)
    ? undefined
    : `the plan needs iproute2 ${needed}, and Debian ${debian} has ${installed}`
}

/** What boots here; skips with the reason where the target refuses the description, or the stack is left out. */
export function renderedHere(text: string, place: Place, skip: (why: string) => never): Rendering {
  const made = renderFor(text, place)
  if (isRefusal(made)) return skip(`refused: ${made.refused}`)
  const why = whyNotOn(made.plan, place)
  return why === undefined ? made : skip(why)
}
