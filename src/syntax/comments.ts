// Line wrapping of comments, without the comment sign.

/** Keeps lines within 100 characters, with the deepest indentation and the comment sign. */
const WIDTH = 88

const INDENT = '  '

const BREAKS = /[\u0000-\u001f\u007f\u2028\u2029]/

/** Replaces line breaks and control characters: a line break would end the comment. */
export const commentText = (text: string): string =>
  // A test takes less time than a replacement, and nearly all text has none.
  BREAKS.test(text) ? text.replaceAll(new RegExp(BREAKS, 'g'), ' ') : text

/**
 * Lines of at most `width` characters, broken at spaces where possible. Continuation lines are indented, so that text
 * cannot imitate a comment of its own.
 */
export function commentLines(text: string, width = WIDTH): readonly string[] {
  const clean = commentText(text).trim()
  if (clean.length <= width && !clean.includes('  ')) return [clean]
  const words = clean.split(/ +/)
  const [first = '', ...others] = words.flatMap((word) => pieces(word, width - INDENT.length))
  const lines: string[] = []
  let last = first
  for (const word of others) {
    const longer = `${last} ${word}`
    if (longer.length > width) lines.push(last)
    last = longer.length > width ? `${INDENT}${word}` : longer
  }
  return [...lines, last]
}

const pieces = (word: string, width: number): readonly string[] =>
  word.length <= width ? [word] : (word.match(new RegExp(`.{1,${width}}`, 'gsu')) ?? [])
