// What cannot boot here: is it left out with its reason, or a failure?
import type { Place } from '../host/rendering.js'
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
