// Stanzas of interfaces(5), with the files that `source` and `source-directory` include.
import type { Collector } from '../../../found/collector.js'
import type { Place } from '../../../found/found.js'
import { isGenerated, ownComment } from '../../../found/own-comments.js'
import { linesOf, pathsOf, type InputFiles } from '../../../found/reader.js'
import type { Family } from '../../../kernel/family.js'
import { joinComment } from '../../../syntax/comment-lines.js'
import { optionKeys } from '../../../syntax/interfaces.js'

export interface Option {
  /** With `-` for `_`: packages of several ages have either. */
  readonly key: string
  readonly value: string
  readonly place: Place
  readonly comment?: string
  /** In a file that multihome has generated. */
  readonly isOurs: boolean
}

export interface Stanza {
  /** `eth0`, `eth0:1`. */
  readonly name: string
  /** Absent where only ifupdown2 and ifupdown-ng read it: the addresses say. */
  readonly family?: Family
  readonly method: string
  readonly options: readonly Option[]
  readonly place: Place
  readonly comment?: string
}

export interface Interfaces {
  /** In the order of the files. */
  readonly stanzas: readonly Stanza[]
  /** Names that the boot brings up, in its order. */
  readonly auto: ReadonlySet<string>
  /** Names that are brought up when udev reports them. */
  readonly hotplug: ReadonlySet<string>
}

const MAIN = '/etc/network/interfaces'
export const FOLDER = '/etc/network/'

/** Nested `source` lines. */
const MAX_DEPTH = 32

/** Options that a stanza may inherit in all. */
const MAX_INHERITED = 1000

interface Draft extends Stanza {
  readonly options: Option[]
  readonly inherits: readonly string[]
  readonly isTemplate: boolean
}

export function readStanzas(files: InputFiles, collector: Collector): Interfaces {
  const drafts: Draft[] = []
  const auto = new Set<string>()
  const hotplug = new Set<string>()
  const seen = new Set<string>()
  const paths = pathsOf(files, (path) => path.startsWith('/'))

  const include = (pattern: string, from: Place, depth: number, isFolder: boolean): void => {
    const folder = from.file.slice(0, from.file.lastIndexOf('/') + 1)
    const path = normalized(pattern.startsWith('/') ? pattern : folder + pattern)
    collector.wants(isFolder ? `${path}/*` : path)
    const matches = globOf(isFolder ? `${path}/*` : path)
    const found = paths.filter((one) => matches(one) && (!isFolder || RUN_PARTS.test(baseName(one))))
    if (found.length === 0 && !/[*?[]/.test(path) && !isFolder)
      collector.unknown(from, `the file ${path} is not among the files that were read`)
    for (const one of found) {
      if (seen.has(one)) collector.unknown(from, `${one} is read already; a second time is not read`)
      else if (depth >= MAX_DEPTH) collector.unknown(from, `more than ${MAX_DEPTH} files include each other`)
      else readFile(one, depth + 1)
    }
  }

  const readFile = (path: string, depth: number): void => {
    seen.add(path)
    const text = files.get(path) ?? ''
    const isOurs = isGenerated(text)
    if (isOurs) collector.ours()
    let current: Draft | 'mapping' | undefined
    // The comment of a link is often above its `auto`.
    let ofSelection: string | undefined
    for (const { words, rest, place, comment: above } of statements(path, text, isOurs)) {
      const [word = '', ...names] = words
      const isSelection = word === 'auto' || word.startsWith('allow-')
      const written = above ?? (word === 'iface' ? ofSelection : undefined)
      const comment = written === undefined || !isOurs ? written : ownComment(written)
      ofSelection = isSelection ? above : undefined
      if (word === 'iface' || word === 'template') {
        current = stanzaOf(names, place, comment, word === 'template', collector)
        if (current !== undefined) drafts.push(current)
      } else if (isSelection) {
        current = undefined
        selectNames(word, names, place)
      } else if (word === 'source' || word === 'source-directory' || word === 'source-dir') {
        current = undefined
        for (const pattern of names) include(pattern, place, depth, word !== 'source')
      } else if (word === 'mapping' || word === 'rename') {
        current = word === 'mapping' ? 'mapping' : undefined
        collector.unknown(place, 'which name a link gets is decided when it is brought up')
      } else if (word === 'no-auto-down') {
        current = undefined
        collector.withoutEffect(place, 'it is about ifdown -a')
      } else if (word === 'no-scripts') {
        current = undefined
        collector.unknown(place, 'whether scripts run for a link is not read')
      } else if (word.startsWith('%') || word.startsWith('<%')) {
        collector.unknown(place, 'ifupdown2 makes stanzas from the template; only plain stanzas are read')
      } else if (current === 'mapping') {
        collector.unknown(place, 'it is part of a mapping')
      } else if (current === undefined) {
        collector.unknown(place, 'the option is outside of a stanza, so ifupdown refuses the file')
      } else if (rest === '') {
        collector.unknown(place, 'the option has no value, so ifupdown refuses the file')
      } else {
        const key = word.replaceAll('_', '-')
        // In a file of ours, such a comment says what the command makes.
        const isOnLink = key !== optionKeys.preUp && key !== optionKeys.postDown
        const kept = comment === undefined || (isOurs && !isOnLink) ? {} : { comment }
        if (key === 'inherit' || key === 'inherits')
          drafts[drafts.length - 1] = current = { ...current, inherits: [...current.inherits, ...names] }
        else current.options.push({ key, value: rest, place, isOurs, ...kept })
      }
    }
  }

  const selectNames = (word: string, names: readonly string[], place: Place): void => {
    const isAuto = word === 'auto' || word === 'allow-auto'
    if (!isAuto && word !== 'allow-hotplug')
      collector.unknown(place, `nothing says when links of the class ${word.slice(6)} are up`)
    else
      for (const name of names)
        if (/[/=*]/.test(name))
          collector.unknown(place, `which links \`${name}\` names depends on the host's hardware`)
        else (isAuto ? auto : hotplug).add(name)
  }

  if (files.has(MAIN)) readFile(MAIN, 0)
  else for (const path of paths.filter(isDropIn)) readFile(path, 0)
  for (const path of paths)
    if (path.startsWith(`${FOLDER}interfaces`) && !seen.has(path))
      collector.withoutEffect({ file: path, line: 1, text: '' }, 'no `source` line includes the file')
  return { stanzas: inherited(drafts, collector), auto, hotplug }
}

const isDropIn = (path: string): boolean => /^(?:\/etc|\/run)\/network\/interfaces\.d\/[^/]+$/.test(path)

export const baseName = (path: string): string => path.slice(path.lastIndexOf('/') + 1)

/** Names that run-parts(8) and `source-directory` accept. */
export const RUN_PARTS = /^[A-Za-z0-9_-]+$/

function normalized(path: string): string {
  const parts: string[] = []
  for (const part of path.split('/')) {
    if (part === '..') parts.pop()
    else if (part !== '' && part !== '.') parts.push(part)
  }
  return `/${parts.join('/')}`
}

/** wordexp(3): `*`, `?` and sets, which match no slash and no leading dot. */
function globOf(pattern: string): (path: string) => boolean {
  const segments = pattern.split('/')
  return (path) => {
    const parts = path.split('/')
    return (
      parts.length === segments.length &&
      segments.every((segment, index) => matchesSegment(segment, parts[index] ?? ''))
    )
  }
}

/** Without a regular expression of the input, whose time could be exponential: each `*` is tried once at each position. */
function matchesSegment(pattern: string, text: string): boolean {
  if (text.startsWith('.') && !pattern.startsWith('.')) return false
  const tokens = pattern.match(/\[[^\]]+\]|./gs) ?? []
  let [at, from] = [0, 0]
  let star: { readonly at: number; from: number } | undefined
  while (from < text.length) {
    const token = tokens[at]
    if (token === '*') star = { at: at++, from }
    else if (token !== undefined && matchesCharacter(token, text.charAt(from))) {
      at++
      from++
    } else if (star === undefined) return false
    else {
      at = star.at + 1
      from = ++star.from
    }
  }
  return tokens.slice(at).every((token) => token === '*')
}

function matchesCharacter(token: string, character: string): boolean {
  if (token === '?') return true
  if (!token.startsWith('[') || token.length === 1) return token === character
  const isNegated = /^\[[!^]/.test(token)
  const members = token.slice(isNegated ? 2 : 1, -1)
  const has =
    members.includes(character) ||
    [...members.matchAll(/(.)-(.)/g)].some(([, low = '', high = '']) => low <= character && character <= high)
  return has !== isNegated
}

interface Statement {
  readonly words: readonly string[]
  /** Behind the first word. */
  readonly rest: string
  readonly place: Place
  readonly comment?: string
}

/**
 * Lines without comments, joined where a line ends in a backslash. A comment belongs to the line below it; in files of ours
 * to all lines up to the next comment.
 */
function statements(path: string, text: string, isOurs: boolean): readonly Statement[] {
  const found: Statement[] = []
  let comments: string[] = []
  let isFresh = true
  let open: { text: string; readonly place: Place } | undefined
  const close = (): void => {
    if (open === undefined) return
    const [, word = '', rest = ''] = /^(\S*)\s*([^]*)$/.exec(open.text.trim()) ?? []
    const comment = joinComment(comments)
    found.push({
      words: [word, ...rest.split(/\s+/).filter((one) => one !== '')],
      rest,
      place: open.place,
      ...(comment === undefined ? {} : { comment }),
    })
    open = undefined
    isFresh = true
    if (!isOurs) comments = []
  }
  for (const { raw, ...place } of linesOf(path, text)) {
    if (open === undefined) {
      if (place.text === '') {
        comments = []
        continue
      }
      if (place.text.startsWith('#')) {
        if (isFresh) comments = []
        isFresh = false
        comments.push(place.text.replace(/^#+\s*/, ''))
        continue
      }
      open = { text: '', place }
    }
    const isContinued = raw.endsWith('\\')
    open.text += isContinued ? raw.slice(0, -1) : raw
    if (!isContinued) close()
  }
  close()
  return found
}

function stanzaOf(
  [name = '', ...words]: readonly string[],
  place: Place,
  comment: string | undefined,
  isTemplate: boolean,
  collector: Collector,
): Draft | undefined {
  const at = words.findIndex((word) => word === 'inherits' || word === 'inherit')
  const [family, method, ...others] = at === -1 ? words : words.slice(0, at)
  if (name === '' || others.length > 0) {
    collector.unknown(place, 'a stanza begins with `iface NAME FAMILY METHOD`')
    return undefined
  }
  if (family !== undefined && family !== 'inet' && family !== 'inet6')
    collector.unknown(place, `the family ${family} is neither inet nor inet6`)
  return {
    name,
    ...(family === 'inet' || family === 'inet6' ? { family } : {}),
    method: method ?? (family === undefined ? 'static' : 'unknown'),
    options: [],
    inherits: at === -1 ? [] : words.slice(at + 1),
    isTemplate: isTemplate || (family !== undefined && family !== 'inet' && family !== 'inet6'),
    place,
    ...(comment === undefined ? {} : { comment }),
  }
}

/** Stanzas with the options of those that they inherit from, which come first. */
function inherited(drafts: readonly Draft[], collector: Collector): readonly Stanza[] {
  const byName = new Map<string, Draft>()
  for (const draft of drafts) if (!byName.has(draft.name)) byName.set(draft.name, draft)
  const known = new Map<Draft, readonly Option[]>()
  const optionsOf = (draft: Draft, below: ReadonlySet<Draft>): readonly Option[] => {
    const options = known.get(draft) ?? computed(draft, below)
    known.set(draft, options)
    return options
  }
  const computed = (draft: Draft, below: ReadonlySet<Draft>): readonly Option[] => {
    const above = draft.inherits.flatMap((name) => {
      const from = byName.get(name)
      if (from !== undefined && !below.has(from) && below.size < MAX_DEPTH)
        return optionsOf(from, new Set([...below, from]))
      collector.unknown(draft.place, `no stanza ${name} can be inherited from`)
      return []
    })
    if (above.length > MAX_INHERITED) {
      collector.unknown(draft.place, `more than ${MAX_INHERITED} options are inherited`)
      return draft.options
    }
    return above.length === 0 ? draft.options : [...above, ...draft.options]
  }
  return drafts.flatMap((draft) => {
    if (draft.isTemplate) return []
    const { isTemplate: _template, inherits: _inherits, ...stanza } = draft
    return [{ ...stanza, options: optionsOf(draft, new Set([draft])) }]
  })
}
