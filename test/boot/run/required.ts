// Is it a failure that something cannot boot here?
import type { StackId } from '../lab/stacks.js'

/** netifrc is in no Debian: it is booted where an installed one is named, and its absence is never a failure. */
export const mayBeMissing = (stack: StackId): boolean =>
  stack === 'netifrc' || process.env['MULTIHOME_REQUIRE_BOOT'] !== '1'
