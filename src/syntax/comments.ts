// Line wrapping of comments, without the comment sign.

/** Keeps lines within 100 characters, with the deepest indentation and the comment sign. */
const WIDTH = 88

const INDENT = '  '

/** Replaces line breaks and control characters: a line break would end the comment. */
export const commentText = (text: string): string => text.replace(/[\u0000-\u001f\u007f\u2028\u2029]/g, ' ')

/**
 * Lines of at most `width` characters, broken at spaces where possible. Continuation lines are indented, so that text
 * cannot imitate a comment of its own.
 */
export function commentLines(text: string, width = WIDTH): readonly string[] {
  const clean = commentText(text).trim()
  if (clean.length <= width && !clean.includes('  ')) return [clean]
  const words = clean.split(/ +/)
  const [first = '', ...others] = words.flatMap((word) => pieces(word, width - INDENT.length))
  const lines = [first]
  for (const word of others) {
    const longer = `${lines.at(-1)} ${word}`
    if (longer.length <= width) lines.splice(-1, 1, longer)
    else lines.push(`${INDENT}${word}`)
  }
  return lines
}

const pieces = (word: string, width: number): readonly string[] =>
  word.length <= width ? [word] : (word.match(new RegExp(`.{1,${width}}`, 'gsu')) ?? [])
