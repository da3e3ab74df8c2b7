// Colours of output, line by line.
import { styleText } from 'node:util'

type Style = Parameters<typeof styleText>[0]

/** The first pattern that matches a line determines its colour. */
export type Palette = readonly (readonly [RegExp, Style])[]

export const planPalette: Palette = [
  [/^\S/, 'bold'],
  [/^ {2}[A-Z][A-Z ]+$/, 'dim'],
]

/** Commands after their reasons. */
export const commandsPalette: Palette = [[/^#/, 'dim']]

export const tracePalette: Palette = [
  [/^\S/, 'bold'],
  [/^ {2}(is rejected|has no route)/, 'red'],
  [/^ {2}(leaves|goes|is) /, 'green'],
  [/^ {2}(note|unknown from here):/, 'yellow'],
  [/^ {2}> /, 'bold'],
  [/^ {5}PREF | {2}no match: /, 'dim'],
]

export const diffPalette: Palette = [
  [/^\S/, 'bold'],
  [/^ {2}- /, 'red'],
  [/^ {2}\+ /, 'green'],
  [/^ {2}~ /, 'yellow'],
  [/^ {6}|^ {2}FAMILY /, 'dim'],
]

/** The blocks of a group are indented. */
export const overviewPalette: Palette = [
  [/^\S/, 'bold'],
  [/^ {4}- /, 'red'],
  [/^ {4}\+ /, 'green'],
  [/^ {4}~ /, 'yellow'],
  [/^ {8}|^ {4}FAMILY /, 'dim'],
]

/** A unified diff, in the colours of git. */
export const patchPalette: Palette = [
  [/^(---|\+\+\+) /, 'bold'],
  [/^@@/, 'cyan'],
  [/^-/, 'red'],
  [/^\+/, 'green'],
]

export function paint(text: string, palette: Palette, isColored: boolean): string {
  if (!isColored) return text
  return text
    .split('\n')
    .map((line) => {
      const style = palette.find(([pattern]) => pattern.test(line))?.[1]
      // `isColored` already considers standard output and the environment, as `validateStream` would.
      return style === undefined ? line : styleText(style, line, { validateStream: false })
    })
    .join('\n')
}
