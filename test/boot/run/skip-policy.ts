// Skip policy for stacks that cannot boot here: skipped with a reason, or failed.
import { missingLinkSupport } from '../../helpers/virtual-link-support.js'
import { requiredVersion, versionNeeds } from '../../../src/plan/requires-versions.js'
import type { KernelPlan } from '../../../src/plan/plan.js'
import { isAtLeast } from '../../../src/targets/version.js'
import { isRefusal, renderFor } from '../host/rendering.js'
import type { Platform, Rendering } from '../host/rendering.js'
import { kernelVersion } from '../kernel/kernels.js'
import { whyNoBoot } from '../lab/lab.js'

/**
 * The reason to skip this stack; undefined if it boots. With MULTIHOME_REQUIRE_BOOT=1 it throws the reason instead,
 * except for netifrc, which no Debian has.
 */
export function reasonToSkip({ stack, debian }: Platform): string | undefined {
  const why = whyNoBoot(stack, debian)
  const mayBeMissing = stack === 'netifrc' || process.env['MULTIHOME_REQUIRE_BOOT'] !== '1'
  if (why !== undefined && !mayBeMissing) throw new Error(why)
  return why
}

/** The reason why the plan cannot boot on this platform; undefined if it can. */
export const whyNotOn = (plan: KernelPlan, platform: Platform): string | undefined =>
  missingLinkSupport(plan) ?? oldKernel(plan) ?? reasonToSkip(platform)

function oldKernel(plan: KernelPlan): string | undefined {
  const needed = requiredVersion(versionNeeds(plan), 'linux')
  return needed === undefined || isAtLeast(kernelVersion(), needed)
    ? undefined
    : `the plan needs Linux ${needed}, and this is ${kernelVersion()}`
}

/**
 * The rendering, if it boots here. Skips with the reason if the target refuses the description, or the stack is
 * skipped.
 */
export function renderedHere(text: string, platform: Platform, skip: (why: string) => never): Rendering {
  const rendering = renderFor(text, platform)
  if (isRefusal(rendering)) return skip(`refused: ${rendering.refused}`)
  const why = whyNotOn(rendering.plan, platform)
  return why === undefined ? rendering : skip(why)
}
