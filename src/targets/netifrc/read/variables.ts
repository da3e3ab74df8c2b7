// Variables of conf.d/net: lists of lines or arrays, each entry with its line.
import { createCollector, type Collector } from '../../../found/collector.js'
import type { Place } from '../../../found/found.js'
import { isGenerated, ownComment } from '../../../found/own-comments.js'
import { linesOf, pathsOf, type InputFiles, type SourceLine } from '../../../found/reader.js'
import { readScript, type ShellAssignment } from '../../../found/shell/script.js'
import { variablePart } from '../../../syntax/conf-d.js'

export interface Entry {
  /** Words with single blanks. */
  readonly text: string
  readonly place: Place
}

export interface Variable {
  readonly name: string
  readonly entries: readonly Entry[]
  readonly place: Place
  readonly comment?: string
}

export interface Variables {
  /** The last assignment of each name counts. Later calls find nothing. */
  readonly take: (name: string) => Variable | undefined
  readonly peek: (name: string) => Variable | undefined
  readonly names: () => readonly string[]
  /** Comments of entries, by `rules_lo 18000`, which an output of ours has above its lists. */
  readonly legend: ReadonlyMap<string, string>
}

export const FILE = '/etc/conf.d/net'

/** OpenRC reads conf.d/net.LINK for the service net.LINK, after conf.d/net. */
export const isNetFile = (path: string): boolean => path === FILE || /^\/etc\/conf\.d\/net\.[^/]+$/.test(path)

export function readVariables(files: InputFiles, collector: Collector): Variables {
  const found = new Map<string, Variable>()
  const legend = new Map<string, string>()
  const environment: Record<string, string> = {}
  for (const path of pathsOf(files, isNetFile)) {
    const text = files.get(path) ?? ''
    const lines = linesOf(path, text)
    const isOurs = isGenerated(text)
    if (isOurs) collector.ours()
    if (isOurs) for (const [key, comment] of legendOf(lines)) legend.set(key, comment)
    const only = path === FILE ? undefined : variablePart(path.slice(FILE.length + 1))
    // Commands are read with the functions, which need the links.
    readScript(text, path, createCollector(), {
      environment: { ...environment },
      assigned: (assignment) => {
        const variable = variableOf(assignment, lines, found.get(assignment.name), isOurs, collector)
        if (only !== undefined && !assignment.name.includes(only))
          collector.unknown(
            assignment.place,
            'the file is read for one link, and the variable is not of that link',
          )
        if (variable === undefined) return
        found.set(variable.name, variable)
        environment[variable.name] = variable.entries.map((entry) => entry.text).join('\n')
      },
    })
  }
  return {
    take: (name) => {
      const variable = found.get(name)
      found.delete(name)
      return variable
    },
    peek: (name) => found.get(name),
    names: () => [...found.keys()],
    legend,
  }
}

function variableOf(
  { name, values, appends, place, comment: above }: ShellAssignment,
  lines: readonly SourceLine[],
  before: Variable | undefined,
  isOurs: boolean,
  collector: Collector,
): Variable | undefined {
  if (values === undefined) {
    collector.unknown(place, 'what the variable has is known only when the file is read')
    return undefined
  }
  let from = place.line - 1
  const entries = values
    .flatMap((value) => value.split('\n'))
    .flatMap((raw): readonly Entry[] => {
      const text = raw.trim().replace(/\s+/g, ' ')
      if (text === '') return []
      const earlier = before?.entries.find((entry) => entry.text === text)
      const at = lineWith(raw.trim(), lines, from)
      if (at === undefined) return [{ text, place: earlier?.place ?? place }]
      from = at
      const { raw: _raw, ...here } = lines[at] ?? { ...place, raw: '' }
      return [{ text, place: here }]
    })
  const written = isOurs ? above?.replace(/ ?\bservice: net\.\S+$/, '') : above
  const isLegend = isOurs && written?.startsWith('Entries of ') === true
  const comment = isLegend ? undefined : written !== undefined && isOurs ? ownComment(written) : written
  return {
    name,
    entries: appends && before !== undefined ? [...before.entries, ...entries] : entries,
    place,
    ...(comment === undefined || comment === '' ? {} : { comment }),
  }
}

/** An assignment goes on for as many lines as it has entries, with comments and blank lines between. */
const MAX_GAP = 50

function lineWith(text: string, lines: readonly SourceLine[], from: number): number | undefined {
  for (let at = from; at < Math.min(lines.length, from + MAX_GAP); at++)
    if (lines[at]?.text.includes(text) === true) return at
  return undefined
}

/** `# Entries of rules_lo:` with `#   18000: local …`; longer texts go on with two more blanks. */
function legendOf(lines: readonly SourceLine[]): readonly (readonly [string, string])[] {
  const entries: [string, string][] = []
  let list: string | undefined
  for (const { text } of lines) {
    const [, name] = /^# Entries of (\w+):$/.exec(text) ?? []
    const [, key, first] = /^# {3}(\S.*?): (.*)$/.exec(text) ?? []
    const [, further] = /^# {5}(.*)$/.exec(text) ?? []
    const last = entries.at(-1)
    if (name !== undefined) list = name
    else if (list !== undefined && key !== undefined && first !== undefined)
      entries.push([`${list} ${key}`, first])
    else if (list !== undefined && further !== undefined && last !== undefined) last[1] += ` ${further}`
    else list = undefined
  }
  return entries.flatMap(([key, sentence]) => {
    const comment = ownComment(sentence)
    return comment === undefined ? [] : keysOf(key).map((one) => [one, comment] as const)
  })
}

/** `rules_lo 20010-20013` is of four rules. */
function keysOf(key: string): readonly string[] {
  const [, list, first, last] = /^(\S+) (\d+)-(\d+)$/.exec(key) ?? []
  const [from, to] = [Number(first), Number(last)]
  if (list === undefined || to - from > 1000) return [key]
  return Array.from({ length: Math.max(0, to - from + 1) }, (_, index) => `${list} ${from + index}`)
}
