// Lines of interfaces(5) that ifupdown, ifupdown2 and ifupdown-ng all read alike: their common, smaller language.
import { commentLines } from './comments.js'

/**
 * What a line cannot hold. `%` anywhere makes ifupdown2 read the whole file as a mako template, in which `${` is an
 * expression (networkinterfaces.py); it splits lines at `\`, which continues one elsewhere; and ifupdown-ng takes
 * all behind `#` for a comment, even in quotes (fgetline.c).
 */
const UNREADABLE = /[%\\#\u0000-\u001f\u007f]|\$\{/

/** ifupdown-ng reads a longer line as two (interface-file.c), and cuts a longer command (execute.c). */
export const MAX_LINE_BYTES = 4095

const KEY = /^[a-z][a-z0-9_-]*$/
const INDENT = '    '

const byteLength = (text: string): number =>
  Array.from(text, (character) => character.codePointAt(0) ?? 0).reduce(
    (sum, code) => sum + (code < 0x80 ? 1 : code < 0x800 ? 2 : code < 0x10000 ? 3 : 4),
    0,
  )

/** Why one of the three would read the value otherwise than it is meant; undefined when all read it alike. */
export function optionProblem(key: string, value: string): string | undefined {
  if (value.trim() === '') return 'ifupdown refuses the whole file for an option without a value'
  if (UNREADABLE.test(value)) return 'ifupdown2 and ifupdown-ng read %, \\, # and ${ in their own ways'
  const text = optionText(key, value)
  // No unit of UTF-16 takes more than three bytes, so that most lines need not be counted.
  if (text.length * 3 > MAX_LINE_BYTES && byteLength(text) > MAX_LINE_BYTES)
    return `ifupdown-ng cuts lines at ${MAX_LINE_BYTES} bytes`
  return undefined
}

/** One option of a stanza: `    address 192.0.2.10/24`. Throws on what cannot be written: callers have asked `optionProblem`. */
export function optionLine(key: string, value: string): string {
  const problem = KEY.test(key) ? optionProblem(key, value) : 'not the name of an option'
  if (problem !== undefined) throw new Error(`${key} ${value}: ${problem}`)
  return optionText(key, value)
}

const optionText = (key: string, value: string): string => `${INDENT}${key} ${value}`

/** A comment that none of the three takes for anything else, in lines without the sign. */
export const interfacesComment = (text: string): readonly string[] =>
  commentLines(text.replaceAll('\\', '/').replaceAll('%', ' percent').replace(/\$\{/g, '$ {'))
