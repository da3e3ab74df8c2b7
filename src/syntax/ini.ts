// INI sections of systemd units and NetworkManager keyfiles: ordered, with repeated sections and keys.
import ini from 'ini'

export interface IniEntry {
  readonly key: string
  /** Escaped for its format (`\s`, `\;` of keyfiles). */
  readonly value: string
}

export interface IniSection {
  readonly name: string
  readonly entries: readonly IniEntry[]
}

// Entries are written as they are: quotes and escapes, as the package writes them, are text to systemd and GLib. The
// package reads one entry at a time, since it merges sections of one name and loses their order. It undoes quotes and
// escapes, so each of these characters is replaced by a placeholder.
const ESCAPED_BY_PACKAGE = ['=', ';', '#', '[', ']', '"', "'", '\\', ' ', '\t']
const FIRST_PLACEHOLDER = 0xe000
/** Prefix of each value, so that the package treats `true` and `null` as text. */
const TEXT_SIGN = '\ue0ff'

const placeholders = new Map(
  ESCAPED_BY_PACKAGE.map((character, index) => [character, String.fromCharCode(FIRST_PLACEHOLDER + index)]),
)
const originals = new Map([...placeholders].map(([character, placeholder]) => [placeholder, character]))

const disguise = (text: string): string =>
  TEXT_SIGN + text.replace(/[=;#[\]"'\\ \t]/g, (character) => placeholders.get(character) ?? character)

const reveal = (text: string): string =>
  text.replace(/[\ue000-\ue0ff]/g, (placeholder) => originals.get(placeholder) ?? '')

const OPTIONS = { bracketedArray: false, platform: 'linux' } as const

const SECTION_NAME = /^[A-Za-z0-9][A-Za-z0-9 ._@:-]*$/
const KEY = /^[A-Za-z0-9][A-Za-z0-9._-]*$/
/** Control characters and Unicode line ends, which end or hide a line for some reader, and the placeholders. */
const UNWRITABLE = /[\u0000-\u0008\u000a-\u001f\u007f\u2028\u2029\ue000-\ue0ff]/

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

/** The sections in order, without comments and blank lines. Throws with the line number for any other line. */
export function parseIni(text: string): readonly IniSection[] {
  const sections: { name: string; entries: IniEntry[] }[] = []
  text.split(/\r?\n/).forEach((raw, index) => {
    const line = raw.trim()
    if (line === '' || line.startsWith('#') || line.startsWith(';')) return
    const header = /^\[([^[\]]+)\]$/.exec(line)
    if (header?.[1] !== undefined) {
      sections.push({ name: header[1], entries: [] })
      return
    }
    const section = sections.at(-1)
    const equals = line.indexOf('=')
    const key = line.slice(0, Math.max(equals, 0)).trimEnd()
    if (section === undefined || !KEY.test(key))
      throw new Error(`line ${index + 1} is neither a section nor an entry`)
    section.entries.push({ key, value: readValue(key, line.slice(equals + 1).trimStart()) })
  })
  return sections
}

function readValue(key: string, written: string): string {
  const read: unknown = ini.parse(`${key}=${disguise(written)}`, OPTIONS)[key]
  return reveal(String(read))
}
