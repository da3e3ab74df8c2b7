// How much text fits into a drawing? A drawing is made before any font is known, so widths are of the widest in use.

/** Of the size, for a fixed-width font: Consolas has 0.55, Menlo and DejaVu Sans Mono have 0.602. */
const MONO = 0.602
/** On average, for a system’s sans-serif: DejaVu Sans is the widest. */
const SANS = 0.54

export interface Face {
  readonly size: number
  readonly isMono: boolean
}

export const widthOf = (text: string, { size, isMono }: Face): number =>
  [...text].length * size * (isMono ? MONO : SANS)

export function fit(text: string, width: number, face: Face): string {
  if (widthOf(text, face) <= width) return text
  const most = Math.max(1, Math.floor(width / widthOf('x', face)) - 1)
  return `${[...text].slice(0, most).join('').trimEnd()}…`
}

/** Broken between words; a word that is too long for a line is cut. */
export function wrap(text: string, width: number, face: Face): readonly string[] {
  const lines: string[] = []
  for (const word of text.split(' ')) {
    const last = lines.at(-1)
    const longer = `${last ?? ''} ${word}`
    if (last !== undefined && widthOf(longer, face) <= width) lines[lines.length - 1] = longer
    else lines.push(fit(word, width, face))
  }
  return lines
}
