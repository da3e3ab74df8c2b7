// Unit files of systemd-networkd as they are found: folders, precedence, masks and drop-ins (systemd.network(5)).
import type { Collector } from '../../../../found/collector.js'
import type { Place } from '../../../../found/found.js'
import type { InputFiles } from '../../../../found/reader.js'
import { isGenerated, ownComment } from '../../../../found/own-comments.js'
import { readIni, unitSyntax, type IniEntry } from '../../../../syntax/ini.js'

export interface UnitEntry extends IniEntry {
  readonly place: Place
  readonly comment?: string
}

export interface UnitSection {
  readonly name: string
  readonly place: Place
  readonly comment?: string
  readonly entries: readonly UnitEntry[]
}

/** A file with its drop-ins. */
export interface Unit {
  /** Base name: `10-eth0.network`. */
  readonly name: string
  /** False where only drop-ins exist: networkd reads them beside the file alone. */
  readonly hasFile: boolean
  /** First line of the file, or of the first drop-in. */
  readonly place: Place
  readonly isOurs: boolean
  readonly sections: readonly UnitSection[]
}

/** From the least important. Since the merge of /usr, /lib/systemd and /usr/lib/systemd are one folder. */
const folders = ['/lib', '/usr/lib', '/usr/local/lib', '/run', '/etc'].map((root) => `${root}/systemd`)

const UNIT = /^\/(?:lib|usr\/lib|usr\/local\/lib|run|etc)\/systemd\/network\/[^/]+\.(?:network|netdev|link)$/
const DROP_IN =
  /^\/(?:lib|usr\/lib|usr\/local\/lib|run|etc)\/systemd\/network\/[^/]+\.(?:network|netdev|link)\.d\/[^/]+\.conf$/
const CONF = /^\/(?:lib|usr\/lib|usr\/local\/lib|run|etc)\/systemd\/networkd\.conf(?:\.d\/[^/]+\.conf)?$/

/** Files that netplan writes at each boot; the YAML is what counts. */
const OF_NETPLAN = /\/10-netplan-[^/]+\.(?:network|netdev|link)$/

export const isUnitPath = (path: string): boolean => UNIT.test(path) || DROP_IN.test(path) || CONF.test(path)

export const isNetplanPath = (path: string): boolean =>
  /^\/(?:lib|usr\/lib|etc|run)\/netplan\/[^/]+\.yaml$/.test(path)

/** What the readers of units share. */
export interface UnitFiles {
  readonly unitsOf: (suffix: UnitSuffix) => readonly Unit[]
  /** Sections of networkd.conf and its drop-ins, in their order. */
  readonly conf: readonly UnitSection[]
}

export type UnitSuffix = '.network' | '.netdev' | '.link'

/** `generated`: the paths of netplan's files, if it is known what netplan writes. */
export function unitFiles(
  files: InputFiles,
  collector: Collector,
  generated: ReadonlySet<string> | undefined,
): UnitFiles {
  const folderOf = new Map<string, Map<string, string>>()
  /** Remembers the most important path of each base name. */
  const add = (path: string): void => {
    const rank = folders.find((folder) => path.startsWith(`${folder}/`)) ?? ''
    const inside = path.slice(rank.length + 1)
    const slash = inside.lastIndexOf('/')
    const [folder, name] = [inside.slice(0, Math.max(slash, 0)), inside.slice(slash + 1)]
    const names = folderOf.get(folder) ?? new Map<string, string>()
    const hidden = names.get(name)
    names.set(name, path)
    folderOf.set(folder, names)
    if (hidden !== undefined && hidden !== path)
      collector.withoutEffect(firstLine(hidden, files), `${path} has the same name and replaces this file`)
  }
  const paths = [...files.keys()].filter((path) => isUnitPath(path))
  const rankOf = (path: string): number => folders.findIndex((folder) => path.startsWith(`${folder}/`))
  for (const path of paths.sort().sort((a, b) => rankOf(a) - rankOf(b))) {
    const isStale = generated?.has(path) === false && OF_NETPLAN.test(path) && path.startsWith('/run/')
    if (isStale) collector.withoutEffect(firstLine(path, files), 'netplan writes the file from its YAML')
    else add(path)
  }

  const read = (path: string): readonly UnitSection[] => readSections(path, files.get(path) ?? '', collector)
  const pathsIn = (folder: string): readonly string[] =>
    [...(folderOf.get(folder) ?? [])].sort(([a], [b]) => (a < b ? -1 : 1)).map(([, path]) => path)

  return {
    unitsOf(suffix) {
      const own = folderOf.get('network') ?? new Map<string, string>()
      const dropIns = [...folderOf.keys()].flatMap((folder) =>
        folder.startsWith('network/') && folder.endsWith(`${suffix}.d`)
          ? [folder.slice('network/'.length, -'.d'.length)]
          : [],
      )
      const names = new Set([...[...own.keys()].filter((name) => name.endsWith(suffix)), ...dropIns])
      return [...names].sort().flatMap((name): readonly Unit[] => {
        const path = own.get(name)
        const all = [...(path === undefined ? [] : [path]), ...pathsIn(`network/${name}.d`)]
        const [first] = all
        // An empty file, or a link to /dev/null, masks the name with its drop-ins.
        if (first === undefined || (path !== undefined && isMask(files.get(path)))) return []
        return [
          {
            name,
            hasFile: path !== undefined,
            place: firstLine(first, files),
            isOurs: all.some((one) => isGenerated(files.get(one) ?? '')),
            sections: all.flatMap(read),
          },
        ]
      })
    },
    conf: [
      ...pathsIn('').filter((path) => path.endsWith('/networkd.conf')),
      ...pathsIn('networkd.conf.d'),
    ].flatMap(read),
  }
}

const isMask = (text: string | undefined): boolean => text === undefined || text.trim() === ''

export function firstLine(file: string, files: InputFiles): Place {
  const text = files.get(file) ?? ''
  return { file, line: 1, text: (text.split('\n', 1)[0] ?? '').trim() }
}

function readSections(file: string, text: string, collector: Collector): readonly UnitSection[] {
  const isOurs = isGenerated(text)
  if (isOurs) collector.ours()
  const { sections, strays } = readIni(text, unitSyntax)
  const placeOf = ({ line, text }: { readonly line: number; readonly text: string }): Place => ({
    file,
    line,
    text,
  })
  const commented = ({ comment }: { readonly comment?: string }): { readonly comment?: string } => {
    const kept = comment === undefined || !isOurs ? comment : ownComment(comment)
    return kept === undefined ? {} : { comment: kept }
  }
  for (const stray of strays)
    collector.unknown(
      placeOf(stray),
      stray.text.startsWith('[')
        ? 'a header ends in `]`; systemd ignores the whole file'
        : 'the line is neither a section nor an assignment',
    )
  if (strays.some(({ text }) => text.startsWith('['))) return []
  return sections.flatMap((section): readonly UnitSection[] => {
    const entries = section.entries.map((entry): UnitEntry => ({
      key: entry.key,
      value: entry.value,
      place: placeOf(entry),
      ...commented(entry),
    }))
    if (section.name === '') {
      for (const { place } of entries) collector.unknown(place, 'the assignment is in no section')
      return []
    }
    return [{ name: section.name, place: placeOf(section), ...commented(section), entries }]
  })
}

/** The comment of a section, or else of its first commented entry. */
export const commentIn = ({ comment, entries }: UnitSection): { readonly comment?: string } => {
  const found = comment ?? entries.find((entry) => entry.comment !== undefined)?.comment
  return found === undefined ? {} : { comment: found }
}

/** What an assignment does; the result is why its value cannot be read or described. */
export type Handler = (value: string, entry: UnitEntry) => string | undefined

export interface SectionWords {
  readonly handlers: Readonly<Record<string, Handler>>
  /** Keys that route no packet, with what they are. */
  readonly ignored: Readonly<Record<string, string>>
}

/** Whether networkd can read each key: in [Route] and the like it ignores the section otherwise. */
export function readEntries(
  { name, entries }: UnitSection,
  { handlers, ignored }: SectionWords,
  collector: Collector,
): boolean {
  let isGood = true
  for (const entry of entries) {
    const { key, value, place } = entry
    if (Object.hasOwn(handlers, key)) {
      const why = handlers[key]?.(value, entry)
      if (why === undefined) continue
      isGood = false
      collector.unknown(place, why)
    } else if (Object.hasOwn(ignored, key)) collector.withoutEffect(place, ignored[key] ?? '')
    else collector.unknown(place, `nothing is known of \`${key}=\` in [${name}]`)
  }
  return isGood
}

/** Keys of one reason. */
export const ignoredKeys = (why: string, ...keys: readonly string[]): Readonly<Record<string, string>> =>
  Object.fromEntries(keys.map((key) => [key, why]))
