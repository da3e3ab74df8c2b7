// Section files (systemd's units, NetworkManager's keyfiles): ordered, sections and keys may repeat, values are never reread.
import ini from 'ini'

export interface IniEntry {
  readonly key: string
  /** As the reader shall have it: what its format escapes (`\s`, `\;` of keyfiles) is escaped before. */
  readonly value: string
}

export interface IniSection {
  readonly name: string
  readonly entries: readonly IniEntry[]
}

// The package is given one entry at a time, since it merges sections of one name and forgets their order. And it
// quotes or escapes these characters, which neither systemd nor GLib undoes: it is shown a stand-in for each.
const ESCAPED_BY_PACKAGE = ['=', ';', '#', '[', ']', '"', "'", '\\', ' ', '\t']
const FIRST_PLACEHOLDER = 0xe000
/** Before each value, so that the package takes neither `true` nor `null` for anything but text. */
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
/** Control characters and Unicode's own line ends, which end a line for some reader or hide one, and the private-use ones that the codec works with. */
const UNWRITABLE = /[\u0000-\u0008\u000a-\u001f\u007f\u2028\u2029\ue000-\ue0ff]/

/** `Key=value` without a line break. Throws on what no section file can carry: callers have checked their data. */
export function formatEntry({ key, value }: IniEntry): string {
  if (!KEY.test(key)) throw new Error(`not a key of a section file: ${JSON.stringify(key)}`)
  if (UNWRITABLE.test(value)) throw new Error(`${key}: a value cannot hold ${JSON.stringify(value)}`)
  if (value !== value.trim()) throw new Error(`${key}: a reader would drop the blanks around the value`)
  return reveal(ini.stringify({ [key]: disguise(value) }, OPTIONS)).trimEnd()
}

/** `[Route]`. */
export function formatHeader(name: string): string {
  if (!SECTION_NAME.test(name)) throw new Error(`not the name of a section: ${JSON.stringify(name)}`)
  return `[${name}]`
}

/** The sections in their order, a blank line between two; each line ends, the last one too. */
export const formatIni = (sections: readonly IniSection[]): string =>
  sections
    .map(({ name, entries }) => [formatHeader(name), ...entries.map(formatEntry), ''].join('\n'))
    .join('\n')

/** The sections as they stand; comments and blank lines go. Throws, with the line's number, on a line of neither kind. */
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
