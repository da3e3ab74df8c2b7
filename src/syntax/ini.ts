// INI sections of systemd units and NetworkManager keyfiles: ordered, with repeated sections and keys.
import ini from 'ini'
import { joinComment } from './comment-lines.js'

export interface IniEntry {
  readonly key: string
  /** Escaped for its format (`\s`, `\;` of keyfiles). */
  readonly value: string
}

export interface IniSection {
  readonly name: string
  readonly entries: readonly IniEntry[]
}

// Entries are written as they are: quotes and escapes are text to systemd and GLib.
const SECTION_NAME = /^[A-Za-z0-9][A-Za-z0-9 ._@:-]*$/
const KEY = /^[A-Za-z0-9][A-Za-z0-9._-]*$/
/** Control characters and Unicode line ends, which end or hide a line for some reader. */
const UNWRITABLE = /[\u0000-\u0008\u000a-\u001f\u007f\u2028\u2029]/

/** `Key=value` without a line break. Throws for invalid text: callers check their data. */
export function formatEntry({ key, value }: IniEntry): string {
  if (!KEY.test(key)) throw new Error(`not a key of a section file: ${JSON.stringify(key)}`)
  if (UNWRITABLE.test(value)) throw new Error(`${key}: a value cannot hold ${JSON.stringify(value)}`)
  if (value !== value.trim()) throw new Error(`${key}: a reader would drop the blanks around the value`)
  return `${key}=${value}`
}

/** `[Route]`. */
export function formatHeader(name: string): string {
  if (!SECTION_NAME.test(name)) throw new Error(`not the name of a section: ${JSON.stringify(name)}`)
  return `[${name}]`
}

/** The sections in order, separated by blank lines, with a final line break. */
export const formatIni = (sections: readonly IniSection[]): string =>
  sections
    .map(({ name, entries }) => [formatHeader(name), ...entries.map(formatEntry), ''].join('\n'))
    .join('\n')

/** A line of a text: `line` counts from 1, and `text` has no blanks around it. */
export interface IniLine {
  readonly line: number
  readonly text: string
}

interface Commented extends IniLine {
  /** The comment lines directly above, without their signs, joined by blanks. */
  readonly comment?: string
}

export interface ReadEntry extends IniEntry, Commented {}

export interface ReadSection extends Commented {
  /** Empty for entries before the first header. */
  readonly name: string
  readonly entries: readonly ReadEntry[]
}

export interface ReadIni {
  /** In order; sections and keys may be repeated. */
  readonly sections: readonly ReadSection[]
  /** Lines that are neither header, entry nor comment. */
  readonly strays: readonly IniLine[]
}

export interface IniSyntax {
  /** Characters that begin a comment line: `#` in keyfiles (GKeyFile), `#` and `;` in units of systemd. */
  readonly comments: string
  /** `\\` at the end of a line joins it with the next one, by a blank (systemd.syntax(7)). */
  readonly continuation: boolean
}

/** systemd.syntax(7). */
export const unitSyntax: IniSyntax = { comments: '#;', continuation: true }
/** GLib's GKeyFile, as NetworkManager reads it. */
export const keyfileSyntax: IniSyntax = { comments: '#', continuation: false }

/** The sections with the lines that they stand in; never throws. Values are as they are written, escapes included. */
export function readIni(text: string, { comments, continuation }: IniSyntax): ReadIni {
  const sections: (ReadSection & { readonly entries: ReadEntry[] })[] = []
  const strays: IniLine[] = []
  let above: string[] = []
  const comment = (): { readonly comment?: string } => {
    const joined = joinComment(above)
    above = []
    return joined === undefined ? {} : { comment: joined }
  }
  const add = ({ line, text }: IniLine, whole: string): void => {
    const header = /^\[([^[\]]+)\]$/.exec(whole)
    if (header?.[1] !== undefined) {
      sections.push({ name: header[1], line, text, ...comment(), entries: [] })
      return
    }
    const equals = whole.indexOf('=')
    const key = whole.slice(0, Math.max(equals, 0)).trimEnd()
    if (key === '' || key.startsWith('[')) {
      strays.push({ line, text })
      above = []
      return
    }
    if (sections.length === 0) sections.push({ name: '', line, text, entries: [] })
    sections
      .at(-1)
      ?.entries.push({ key, value: readValue(whole.slice(equals + 1).trim()), line, text, ...comment() })
  }
  let open: { readonly at: IniLine; readonly parts: string[] } | undefined
  const lines = text.replace(/^\ufeff/, '').split(/\r?\n/)
  for (const [index, raw] of lines.entries()) {
    const at = { line: index + 1, text: raw.trim() }
    const isComment = at.text !== '' && comments.includes(at.text.charAt(0))
    // A comment between joined lines is no part of them.
    if (isComment) {
      if (open === undefined) above.push(at.text.slice(1).trim())
      continue
    }
    const ends = continuation && /(?<!\\)(?:\\\\)*\\$/.test(raw)
    const part = ends ? raw.slice(0, -1) : raw
    if (open !== undefined) open.parts.push(part)
    else if (at.text === '') above = []
    else open = { at, parts: [part] }
    if (ends || open === undefined) continue
    add(open.at, open.parts.join(' ').trim())
    open = undefined
  }
  if (open !== undefined) add(open.at, open.parts.join(' ').trim())
  return { sections, strays }
}

// The package reads one value at a time, since it merges sections of one name and loses their order and lines. It undoes
// quotes and escapes, which are text here, so each of these characters is replaced by a placeholder.
const ESCAPED_BY_PACKAGE = ['=', ';', '#', '[', ']', '"', "'", '\\', ' ', '\t']
const FIRST_PLACEHOLDER = 0xe000
/** Prefix of each value, so that the package treats `true` and `null` as text. */
const TEXT_SIGN = '\ue0ff'
const PLACEHOLDER = /[\ue000-\ue0ff]/g

const placeholders = new Map(
  ESCAPED_BY_PACKAGE.map((character, index) => [character, String.fromCharCode(FIRST_PLACEHOLDER + index)]),
)
const originals = new Map([...placeholders].map(([character, placeholder]) => [placeholder, character]))

const disguise = (text: string): string =>
  TEXT_SIGN + text.replace(/[=;#[\]"'\\ \t]/g, (character) => placeholders.get(character) ?? character)

const reveal = (text: string): string =>
  text.replace(PLACEHOLDER, (placeholder) => originals.get(placeholder) ?? '')

const OPTIONS = { bracketedArray: false, platform: 'linux' } as const

function readValue(written: string): string {
  // No file means these characters, which stand for nothing (private use).
  if (written.search(PLACEHOLDER) !== -1) return written
  const { value } = ini.parse(`value=${disguise(written)}`, OPTIONS)
  return reveal(String(value))
}
