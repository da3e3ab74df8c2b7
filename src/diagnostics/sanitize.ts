// Sanitizer of untrusted text for terminals.

/** Controls, line and paragraph separators, bidirectional controls, lone surrogates. */
const UNPRINTABLE = /[\p{Cc}\p{Zl}\p{Zp}\p{Cs}\p{Bidi_Control}\ufeff]/gu

/** Longer than every message of ours, shorter than a screen. */
const LIMIT = 1000

/** One line: unprintable characters become U+FFFD, and a long text is cut. */
export function printable(text: string): string {
  const cut = text.length > LIMIT ? `${text.slice(0, LIMIT)}…` : text
  return cut.replace(UNPRINTABLE, '\ufffd')
}

/** Width of the text in columns of a terminal; combining marks have none. */
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
