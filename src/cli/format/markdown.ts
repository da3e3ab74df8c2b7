// How does a stranger's text stand in Markdown without becoming Markdown?

/** What a writer wrote is text, whatever signs it holds; `|` is for `markdownTable` to escape. */
export const text = (written: string): string => written.replace(/[\\`*_[\]<>#&~]/g, '\\$&')

/** A span of code that may hold backticks itself. */
export function code(written: string): string {
  const longest = longestTicks(written)
  if (longest === 0) return `\`${written}\``
  const fence = '`'.repeat(longest + 1)
  return `${fence} ${written} ${fence}`
}

/** A block of code that may hold fences itself. */
export function codeBlock(language: string, lines: readonly string[]): readonly string[] {
  const fence = '`'.repeat(Math.max(3, longestTicks(lines.join('\n')) + 1))
  return [`${fence}${language}`, ...lines, fence]
}

const longestTicks = (written: string): number =>
  Math.max(0, ...[...written.matchAll(/`+/g)].map(([ticks]) => ticks.length))
