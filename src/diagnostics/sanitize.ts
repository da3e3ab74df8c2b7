// How text of a stranger's file is shown without giving it power over the terminal.

/** Controls, line and paragraph separators, marks that turn the direction of reading, lone surrogates. */
const UNPRINTABLE = /[\p{Cc}\p{Zl}\p{Zp}\p{Cs}\p{Bidi_Control}\ufeff]/gu

/** Long enough for every message of ours, short enough for a screen. */
const LIMIT = 1000

/** One line; what has no shape of its own shows as U+FFFD, and a monster is cut. */
export function printable(text: string): string {
  const cut = text.length > LIMIT ? `${text.slice(0, LIMIT)}…` : text
  return cut.replace(UNPRINTABLE, '\ufffd')
}

/** How many columns of a terminal the text takes, with marks that combine counted as none. */
export function columnsOf(text: string): number {
  let columns = 0
  for (const character of text) columns += /\p{M}/u.test(character) ? 0 : isWide(character) ? 2 : 1
  return columns
}

/** East Asian wide and fullwidth, and emoji, near enough for carets (Unicode UAX #11). */
const isWide = (character: string): boolean =>
  /[\u1100-\u115f\u2e80-\ua4cf\uac00-\ud7a3\uf900-\ufaff\ufe30-\ufe6f\uff00-\uff60\uffe0-\uffe6\u{1f300}-\u{1faff}\u{20000}-\u{3fffd}]/u.test(
    character,
  )
