// Estimated widths of text. The font is unknown when the page is made, so the widest common fonts count.

/** Width of a character by font size: Consolas has 0.55, Menlo and DejaVu Sans Mono have 0.602. */
const MONO = 0.602
/** Average of a sans-serif font: DejaVu Sans is the widest. */
const SANS = 0.54

export interface Face {
  readonly size: number
  readonly isMono: boolean
}

export const widthOf = (text: string, { size, isMono }: Face): number =>
  [...text].length * size * (isMono ? MONO : SANS)

export function fit(text: string, width: number, face: Face): string {
  if (widthOf(text, face) <= width) return text
  const count = Math.max(1, Math.floor(width / widthOf('x', face)) - 1)
  return `${[...text].slice(0, count).join('').trimEnd()}…`
}

/** Breaks between words; a word that is too long for a line is cut. */
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
