// Places: the Debian versions of each stack.
import { debians } from '../lab/rootfs/rootfs.js'
import { stackIds } from '../lab/stacks.js'
import type { Platform } from './rendering.js'

/** Debian 11 has no ifupdown-ng. No Debian has netifrc, so its tree is of one version. */
const exists = ({ stack, debian }: Platform): boolean =>
  !(stack === 'ifupdown-ng' && debian === 11) && !(stack === 'netifrc' && debian !== 13)

export const platforms: readonly Platform[] = debians
  .flatMap((debian) => stackIds.map((stack) => ({ stack, debian })))
  .filter(exists)
