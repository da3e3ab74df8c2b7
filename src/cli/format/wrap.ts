// How does a sentence stand in a narrow terminal?

/** Lines of at most `width` characters, unless a word is longer; broken at blanks, or behind another `separator`. */
export function wrap(text: string, width: number, separator = ' '): readonly string[] {
  const lines: string[] = []
  let line = ''
  for (const word of text.split(separator)) {
    if (line !== '' && line.length + separator.length + word.length > width) {
      lines.push(`${line}${separator.trimEnd()}`)
      line = word
    } else line = line === '' ? word : `${line}${separator}${word}`
  }
  return [...lines, line]
}
