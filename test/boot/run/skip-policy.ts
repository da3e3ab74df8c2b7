// What cannot boot here: is it left out with its reason, or a failure?
import { missingLinkSupport } from '../../helpers/virtual-link-support.js'
import { isRefusal, renderFor } from '../host/rendering.js'
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

/** What boots here; skips with the reason where the target refuses the description, or the stack is left out. */
export function renderedHere(text: string, place: Place, skip: (why: string) => never): Rendering {
  const made = renderFor(text, place)
  if (isRefusal(made)) return skip(`refused: ${made.refused}`)
  const why = missingLinkSupport(made.plan) ?? reasonToSkip(place)
  return why === undefined ? made : skip(why)
}
