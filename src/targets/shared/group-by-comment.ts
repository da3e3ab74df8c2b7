// Lines under the comment of what they serve: neighbours of one purpose share it.
import type { CommentedLine } from '../../render/views.js'

export interface ServingLine {
  /** Without the sign. */
  readonly comments: readonly string[]
  readonly line: string
}

export function groupByComment(lines: readonly ServingLine[]): readonly CommentedLine[] {
  const groups: { comments: readonly string[]; lines: string[] }[] = []
  for (const { comments, line } of lines) {
    const last = groups.at(-1)
    if (last?.comments.join('\n') === comments.join('\n')) last.lines.push(line)
    else groups.push({ comments, lines: [line] })
  }
  return groups
}
