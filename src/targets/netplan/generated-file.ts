// Files that a program generates from others at boot: their text, and for each line the place that it comes from.
import type { Collector } from '../../found/collector.js'
import type { Place } from '../../found/found.js'

export interface GeneratedFile {
  readonly path: string
  /** `[name]`. */
  section(name: string, place: Place, comment?: string): void
  /** Reports a value that would not be one line of its own. */
  entry(key: string, value: string, place: Place, comment?: string): void
  readonly text: () => string
  /** From 1; undefined for a line that it does not have. */
  readonly placeOf: (line: number) => Place | undefined
}

/** A backslash at the end would join the line with the next one (systemd.syntax(7)). */
const isOneLine = (text: string): boolean => !/[\u0000-\u0008\u000a-\u001f\u007f\u2028\u2029]|\\$/.test(text)

export function createGeneratedFile(path: string, collector: Collector): GeneratedFile {
  const lines: string[] = []
  const places: Place[] = []
  const add = (text: string, place: Place): void => {
    lines.push(text)
    places.push(place)
  }
  const addComment = (place: Place, comment: string | undefined): void => {
    if (comment !== undefined && isOneLine(comment)) add(`# ${comment}`, place)
  }
  return {
    path,
    section(name, place, comment) {
      if (lines.length > 0) add('', place)
      addComment(place, comment)
      add(`[${name}]`, place)
    },
    entry(key, value, place, comment) {
      if (!isOneLine(value) || !isOneLine(key)) {
        collector.unknown(place, 'the value has a line break or another control character')
        return
      }
      addComment(place, comment)
      add(`${key}=${value}`, place)
    },
    text: () => lines.map((line) => `${line}\n`).join(''),
    placeOf: (line) => places[line - 1],
  }
}

/** Reports places of the generated files as those that they come from. Problems of other files are the business of `others`. */
export function withSources(
  collector: Collector,
  generated: readonly GeneratedFile[],
  others: 'keep' | 'drop',
): Collector {
  const files = new Map(generated.map((file) => [file.path, file]))
  const sourceOf = (place: Place): Place => files.get(place.file)?.placeOf(place.line) ?? place
  const moved = <T extends { readonly place: Place }>(item: T): T => ({
    ...item,
    place: sourceOf(item.place),
  })
  const isKept = ({ file }: Place): boolean => others === 'keep' || files.has(file)
  return {
    ...collector,
    link: (name, place) => collector.link(name, sourceOf(place)),
    route: (route) => collector.route(moved(route)),
    rule: (rule) => collector.rule(moved(rule)),
    table: (table) => collector.table(moved(table)),
    sysctl: (sysctl) => collector.sysctl(moved(sysctl)),
    connmark: (connmark) => collector.connmark(moved(connmark)),
    dynamicTable: (table) => collector.dynamicTable(moved(table)),
    dynamicMultipath: (multipath) => collector.dynamicMultipath(moved(multipath)),
    unknown: (place, why) => {
      if (isKept(place)) collector.unknown(sourceOf(place), why)
    },
    withoutEffect: (place, why) => {
      if (isKept(place)) collector.withoutEffect(sourceOf(place), why)
    },
  }
}

/** Addresses stand in the links themselves. */
export function moveAddresses(collector: Collector, generated: readonly GeneratedFile[]): void {
  const files = new Map(generated.map((file) => [file.path, file]))
  for (const { addresses } of collector.found().links)
    for (const [index, { prefix, place }] of addresses.entries()) {
      const source = files.get(place.file)?.placeOf(place.line)
      if (source !== undefined) addresses[index] = { prefix, place: source }
    }
}
