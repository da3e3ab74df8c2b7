// Keyfiles and configuration files as NetworkManager reads them: sections, each key of which is read or reported.
import type { Collector } from '../../../../found/collector.js'
import type { Place } from '../../../../found/found.js'
import { isGenerated, ownComment } from '../../../../found/own-comments.js'
import { keyfileSyntax, readIni, type ReadEntry } from '../../../../syntax/ini.js'

export interface KeyEntry {
  readonly key: string
  /** Without escapes, except in lists. */
  readonly value: string
  readonly place: Place
  readonly comment?: string
}

export interface NumberedEntry extends KeyEntry {
  /** Of `route7`; -1 without a number. */
  readonly number: number
}

export interface KeySection {
  readonly name: string
  /** Its header. */
  readonly place: Place
  readonly comment?: string
  /** The value of a key, which counts as read then. Of several lines the last one counts. */
  take(key: string): KeyEntry | undefined
  /** The first key that is there. */
  takeAny(...keys: readonly string[]): KeyEntry | undefined
  /** `address1`, `addresses2` in NetworkManager's order: by number, then by the order of `bases`. */
  takeNumbered(...bases: readonly string[]): readonly NumberedEntry[]
  /** Keys that nothing has read. */
  rest(): readonly KeyEntry[]
}

export interface Keyfile {
  readonly file: string
  readonly isOurs: boolean
  /** Sections of one name are joined; in order. */
  readonly sections: readonly KeySection[]
  section(name: string): KeySection | undefined
  /** Lines that GLib does not read; NetworkManager refuses a profile with one. */
  readonly strays: readonly Place[]
}

export function readKeyfile(file: string, text: string, collector: Collector): Keyfile {
  const isOurs = isGenerated(text)
  if (isOurs) collector.ours()
  const { sections, strays } = readIni(text, keyfileSyntax)
  const commentOf = ({ comment }: { readonly comment?: string }): { readonly comment?: string } => {
    const own = comment === undefined || !isOurs ? comment : ownComment(comment)
    return own === undefined ? {} : { comment: own }
  }
  const placeOf = ({ line, text: lineText }: { readonly line: number; readonly text: string }): Place => ({
    file,
    line,
    text: lineText,
  })
  const entryOf = (entry: ReadEntry): KeyEntry => ({
    key: entry.key,
    value: entry.value,
    place: placeOf(entry),
    ...commentOf(entry),
  })
  const byName = new Map<string, { readonly head: (typeof sections)[number]; readonly entries: KeyEntry[] }>()
  for (const section of sections) {
    const known = byName.get(section.name) ?? { head: section, entries: [] }
    byName.set(section.name, known)
    for (const entry of section.entries) known.entries.push(entryOf(entry))
  }
  const joined = [...byName].map(([name, { head, entries }]) =>
    sectionOf(name, placeOf(head), commentOf(head), entries, collector),
  )
  return {
    file,
    isOurs,
    sections: joined,
    section: (name) => joined.find((one) => one.name === name),
    strays: strays.map(placeOf),
  }
}

function sectionOf(
  name: string,
  place: Place,
  comment: { readonly comment?: string },
  entries: readonly KeyEntry[],
  { withoutEffect }: Collector,
): KeySection {
  const last = new Map<string, KeyEntry>()
  for (const entry of entries) {
    const earlier = last.get(entry.key)
    if (earlier !== undefined) withoutEffect(earlier.place, 'a later line sets the same key')
    last.set(entry.key, entry)
  }
  const take = (key: string): KeyEntry | undefined => {
    const entry = last.get(key)
    last.delete(key)
    return entry
  }
  return {
    name,
    place,
    ...comment,
    take,
    takeAny: (...keys) => {
      const taken = keys.flatMap((key) => take(key) ?? [])
      return taken[0]
    },
    takeNumbered: (...bases) =>
      [...last.keys()]
        .flatMap((key) =>
          bases.flatMap((base, rank) => {
            const number = numberOf(key, base)
            return number === undefined ? [] : [{ key, number, rank }]
          }),
        )
        .toSorted((a, b) => a.number - b.number || a.rank - b.rank)
        .flatMap(({ key, number }) => {
          const entry = take(key)
          return entry === undefined ? [] : [{ ...entry, number }]
        }),
    rest: () => [...last.values()],
  }
}

/** nm-keyfile.c, _build_list_match_key_w_name_impl(): decimal, without leading zeros, or none. */
function numberOf(key: string, base: string): number | undefined {
  if (!key.startsWith(base)) return undefined
  const digits = key.slice(base.length)
  if (digits === '') return -1
  return /^(?:0|[1-9]\d{0,9})$/.test(digits) && Number(digits) <= 0x7fffffff ? Number(digits) : undefined
}

const escapes: Readonly<Record<string, string>> = { s: ' ', n: '\n', t: '\t', r: '\r', '\\': '\\' }

/** g_key_file_get_string(). */
export const stringOf = ({ value }: KeyEntry): string =>
  value.replace(/\\([^])/g, (whole, letter: string) => escapes[letter] ?? whole)

/** g_key_file_get_string_list(): separated by `;`, which `\;` escapes. */
export const listOf = ({ value }: KeyEntry): readonly string[] =>
  value
    .split(/(?<!\\);/)
    .map((one) => one.replaceAll('\\;', ';').trim())
    .filter((one) => one !== '')

/** g_key_file_get_boolean(): no other spellings. Undefined, with a problem, for others. */
export function booleanOf(entry: KeyEntry | undefined, { unknown }: Collector): boolean | undefined {
  if (entry === undefined) return undefined
  if (entry.value === 'true' || entry.value === '1') return true
  if (entry.value === 'false' || entry.value === '0') return false
  unknown(entry.place, 'NetworkManager reads `true` and `false` alone here, and ignores the line')
  return undefined
}

/** Undefined, with a problem, for what is no number from `min` to `max`. */
export function integerOf(
  entry: KeyEntry | undefined,
  min: number,
  max: number,
  { unknown }: Collector,
): number | undefined {
  if (entry === undefined) return undefined
  const number = /^-?(?:0x[\da-f]+|\d+)$/i.test(entry.value) ? Number(entry.value) : Number.NaN
  if (number >= min && number <= max) return number
  unknown(entry.place, `it is no number from ${min} to ${max}`)
  return undefined
}
