// Lines of interfaces(5) in the common subset of ifupdown, ifupdown2 and ifupdown-ng.
import { commentLines } from './comments.js'

/**
 * Characters that a line cannot contain. A `%` anywhere makes ifupdown2 read the whole file as a mako template, in which
 * `${` is an expression (networkinterfaces.py). ifupdown2 splits lines at `\`, which continues a line elsewhere.
 * ifupdown-ng treats everything after `#` as a comment, even in quotes (fgetline.c).
 */
const UNREADABLE = /[%\\#\u0000-\u001f\u007f]|\$\{/

/** ifupdown-ng splits longer lines (interface-file.c) and truncates longer commands (execute.c). */
export const MAX_LINE_BYTES = 4095

/** Keys of options, as we write them. The reader takes `_` for `-`, as older packages had it. */
export const optionKeys = {
  address: 'address',
  mtu: 'mtu',
  mac: 'hwaddress',
  nameservers: 'dns-nameservers',
  search: 'dns-search',
  acceptRa: 'accept_ra',
  dadAttempts: 'dad-attempts',
  addressPurge: 'address-purge',
  vrf: 'vrf',
  preUp: 'pre-up',
  postUp: 'post-up',
  preDown: 'pre-down',
  postDown: 'post-down',
} as const

const KEY = /^[a-z][a-z0-9_-]*$/
const INDENT = '    '

const byteLength = (text: string): number =>
  Array.from(text, (character) => character.codePointAt(0) ?? 0).reduce(
    (sum, code) => sum + (code < 0x80 ? 1 : code < 0x800 ? 2 : code < 0x10000 ? 3 : 4),
    0,
  )

/** Why one of the three would misread the value; undefined if all read it alike. */
export function optionProblem(key: string, value: string): string | undefined {
  if (value.trim() === '') return 'ifupdown refuses the whole file for an option without a value'
  if (UNREADABLE.test(value)) return 'ifupdown2 and ifupdown-ng read %, \\, # and ${ in their own ways'
  const text = optionText(key, value)
  // A UTF-16 unit takes at most three bytes of UTF-8, so most lines need no count.
  if (text.length * 3 > MAX_LINE_BYTES && byteLength(text) > MAX_LINE_BYTES)
    return `ifupdown-ng cuts lines at ${MAX_LINE_BYTES} bytes`
  return undefined
}

/** One option of a stanza: `    address 192.0.2.10/24`. Throws for invalid values: callers check with `optionProblem`. */
export function optionLine(key: string, value: string): string {
  const problem = KEY.test(key) ? optionProblem(key, value) : 'not the name of an option'
  if (problem !== undefined) throw new Error(`${key} ${value}: ${problem}`)
  return optionText(key, value)
}

const optionText = (key: string, value: string): string => `${INDENT}${key} ${value}`

/** Lines of a comment, without the sign, that all three read as a comment. */
export const interfacesComment = (text: string): readonly string[] =>
  commentLines(text.replaceAll('\\', '/').replaceAll('%', ' percent').replace(/\$\{/g, '$ {'))
