// Lines below the comment that explains them: neighbours with the same comment share it.
import { commentOf } from '../../plan/origin.js'
import type { Origin } from '../../plan/plan.js'
import type { Block, Line } from '../../render/views.js'
import { commentsOf } from '../target.js'

/** `commentsFor`: lines of the comment, without the sign. */
export function groupByComment(
  lines: readonly Line[],
  commentsFor: (origin: Origin) => readonly string[] = commentsOf,
): readonly Block[] {
  const groups: { readonly comments: readonly string[]; readonly lines: Line[] }[] = []
  let last: string | undefined
  for (const one of lines) {
    const [origin] = one.origins
    const comment = origin === undefined ? '' : commentOf(origin)
    if (comment === last) groups.at(-1)?.lines.push(one)
    else groups.push({ comments: origin === undefined ? [] : commentsFor(origin), lines: [one] })
    last = comment
  }
  return groups
}
