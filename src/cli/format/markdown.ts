// Markdown escaping for texts of users.

/** `markdownTable` escapes `|`. A comment keeps a forge from notifying `@user`: it looks for mentions after the escapes. */
export const text = (written: string): string =>
  written.replace(/[\\`*_[\]<>#&~]/g, '\\$&').replaceAll('@', '@<!-- -->')

/** A code span; the text may contain backticks. */
export function code(written: string): string {
  const longest = longestTicks(written)
  if (longest === 0) return `\`${written}\``
  const fence = '`'.repeat(longest + 1)
  return `${fence} ${written} ${fence}`
}

/** A code block; the lines may contain fences. */
export function codeBlock(language: string, lines: readonly string[]): readonly string[] {
  const fence = '`'.repeat(Math.max(3, longestTicks(lines.join('\n')) + 1))
  return [`${fence}${language}`, ...lines, fence]
}

const longestTicks = (written: string): number =>
  Math.max(0, ...[...written.matchAll(/`+/g)].map(([ticks]) => ticks.length))
