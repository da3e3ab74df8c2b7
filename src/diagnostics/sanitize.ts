// Sanitizer of untrusted text for terminals, logs and documents.

/** Longer than every message of ours, shorter than a screen. */
const LIMIT = 1000

/**
 * One line: controls, line and paragraph separators, bidirectional controls and lone surrogates become U+FFFD, and a long
 * text is cut. The expression is in the function because it takes half a millisecond to create, and most runs need none.
 */
export function printable(text: string): string {
  const cut = text.length > LIMIT ? `${text.slice(0, LIMIT)}…` : text
  return cut.replace(/[\p{Cc}\p{Zl}\p{Zp}\p{Cs}\p{Bidi_Control}\ufeff]/gu, '\ufffd')
}

/** As in `printable`, without tabs, line ends and surrogates. Written out, because a class of Unicode takes a millisecond. */
const CONTROLS = /[\0-\x08\x0b-\x1f\x7f-\x9f\u061c\u200e\u200f\u2028-\u202e\u2066-\u2069\ufeff]/g

/**
 * Commands to the runner of a CI job: `::error::` at the start of a line (GitHub), `##[error]` and `##vso[…]` anywhere
 * (GitHub, Azure), `##teamcity[…]`. Only the first character of each is taken.
 */
const COMMANDS = /^([ \t]*):(?=:[\w-]+[ :])|#(?=#(?:vso|teamcity)?\[)/gm

const escape = (character: string): string => `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`

/**
 * What leaves the process: a reader's terminal, log or CI runner interprets nothing of it. An escape is the one of JSON,
 * so JSON keeps its meaning. Tabs and line ends stay.
 */
export const escapeControls = (text: string): string =>
  text
    .replace(CONTROLS, escape)
    .replace(COMMANDS, (found, indent: string | undefined) => `${indent ?? ''}${escape(found.at(-1) ?? '')}`)

/** As `escapeControls`, for a name of a file: one line. */
export const escapeName = (name: string): string => escapeControls(name).replace(/[\t\n]/g, escape)

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
