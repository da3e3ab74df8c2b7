// Files of a rendered tree in the order of their paths, with the control files.
import type { Output, RenderedFile } from '../targets/target.js'

/** By UTF-16 code units, as the tree writer's manifest has them. */
export const byPath = (one: RenderedFile, other: RenderedFile): number => (one.path < other.path ? -1 : 1)

export const treeFiles = ({ files, control }: Output): readonly RenderedFile[] =>
  [...files, ...control].sort(byPath)
