// YAML as netplan reads it: every scalar is text, each value has its line and its comment, and files are merged.
import type { Collector } from '../../../found/collector.js'
import type { Place } from '../../../found/found.js'
import { isGenerated, ownComment } from '../../../found/own-comments.js'
import { joinComment } from '../../../syntax/comment-lines.js'
import { parseYaml, type Source } from '../../../yaml/source.js'

interface Placed {
  /** The line of its key, or of the list item. */
  readonly place: Place
  readonly comment?: string
}

export interface YamlScalar extends Placed {
  readonly kind: 'scalar'
  /** Empty for null. */
  readonly text: string
}

export interface YamlList extends Placed {
  readonly kind: 'list'
  readonly items: readonly YamlNode[]
}

export interface YamlMap extends Placed {
  readonly kind: 'map'
  readonly entries: ReadonlyMap<string, YamlNode>
}

export type YamlNode = YamlScalar | YamlList | YamlMap

/** undefined, with a problem, for a text that is no mapping. */
export function readYaml(file: string, text: string, collector: Collector): YamlMap | undefined {
  const source = parseYaml(text, file)
  const lines = text.split(/\r\n|\r|\n/)
  const places = new Map<number, Place>()
  const placeAt = (line: number): Place => {
    const known = places.get(line)
    if (known !== undefined) return known
    const place = { file, line, text: (lines[line - 1] ?? '').trim().slice(0, 1000) }
    places.set(line, place)
    return place
  }
  for (const { message, fix, span } of source.diagnostics)
    collector.unknown(
      placeAt(span?.start.line ?? 1),
      `${message.replace(/\.$/, '')}${fix === undefined ? '' : ` (${fix.replace(/\.$/, '')})`}`,
    )
  if (source.value === undefined) return undefined
  const isOurs = isGenerated(text)
  if (isOurs) collector.ours()
  const node = nodeOf(source, source.value, [], undefined, {
    placeAt,
    commentAt: commentReader(lines),
    isOurs,
  })
  if (node.kind === 'map') return node
  collector.unknown(placeAt(1), 'the file is no mapping')
  return undefined
}

interface Lines {
  readonly placeAt: (line: number) => Place
  readonly commentAt: (line: number) => string | undefined
  readonly isOurs: boolean
}

/** In files of ours, items of a list with one comment stand together below it. */
function nodeOf(
  source: Source,
  value: unknown,
  path: readonly (string | number)[],
  /** Of the item before it in a list of ours. */
  inherited: string | undefined,
  lines: Lines,
): YamlNode & { readonly written?: string } {
  const { line } = source.locate(path, 'key').start
  const written = lines.commentAt(line) ?? inherited
  const comment = written === undefined || !lines.isOurs ? written : ownComment(written)
  const placed = { place: lines.placeAt(line), ...(comment === undefined ? {} : { comment }), written }
  if (Array.isArray(value)) {
    let last: string | undefined
    const items = value.map((item: unknown, index): YamlNode => {
      const node = nodeOf(source, item, [...path, index], last, lines)
      if (lines.isOurs) last = node.written
      return node
    })
    return { ...placed, kind: 'list', items }
  }
  if (typeof value === 'object' && value !== null) {
    const entries = Object.entries(value).map(
      ([key, child]) => [key, nodeOf(source, child, [...path, key], undefined, lines)] as const,
    )
    return { ...placed, kind: 'map', entries: new Map(entries) }
  }
  return { ...placed, kind: 'scalar', text: scalarText(source, value, path) }
}

/** netplan reads the text of a scalar itself: `0644` and `1_000` are no numbers of YAML to it. */
function scalarText(source: Source, value: unknown, path: readonly (string | number)[]): string {
  if (typeof value === 'string') return value
  if (value === null || value === undefined) return ''
  const written = source.textOf(path)
  return written === undefined || /^[*&!'"]/.test(written) ? String(value) : written
}

/** The comment of a line: behind it, or above it without a blank line between. */
function commentReader(lines: readonly string[]): (line: number) => string | undefined {
  const known = new Map<number, string | undefined>()
  const commentAt = (line: number): string | undefined => {
    const behind = trailingComment(lines[line - 1] ?? '')
    if (behind !== undefined) return behind
    const above: string[] = []
    for (let at = line - 2; at >= 0; at--) {
      const text = lines[at]?.trim() ?? ''
      if (!text.startsWith('#')) break
      above.push(text.replace(/^#+\s?/, '').trim())
    }
    return joinComment(above.reverse())
  }
  return (line) => {
    if (!known.has(line)) known.set(line, commentAt(line))
    return known.get(line)
  }
}

function trailingComment(line: string): string | undefined {
  let quote = ''
  for (let at = 0; at < line.length; at++) {
    const character = line.charAt(at)
    if (quote !== '') {
      if (character === '\\' && quote === '"') at++
      else if (character === quote) quote = ''
    } else if (
      (character === '"' || character === "'") &&
      /(?:^|[\s[{,:-])$/.test(line.slice(Math.max(0, at - 1), at))
    )
      quote = character
    else if (
      character === '#' &&
      at > 0 &&
      /\s/.test(line.charAt(at - 1)) &&
      line.slice(0, at).trim() !== ''
    ) {
      const comment = line.slice(at + 1).trim()
      return comment === '' ? undefined : comment
    }
  }
  return undefined
}

/** A later file adds to mappings and lists, and replaces scalars (netplan-generate(8), HANDLING MULTIPLE FILES). */
export function mergeYaml(earlier: YamlNode, later: YamlNode): YamlNode {
  if (earlier.kind === 'map' && later.kind === 'map') {
    const entries = new Map(earlier.entries)
    for (const [key, node] of later.entries) {
      const known = entries.get(key)
      entries.set(key, known === undefined ? node : mergeYaml(known, node))
    }
    return { ...earlier, entries }
  }
  if (earlier.kind === 'list' && later.kind === 'list')
    return { ...earlier, items: [...earlier.items, ...later.items] }
  // `eth0:` with nothing behind it.
  return later.kind === 'scalar' && later.text === '' ? earlier : later
}

export const emptyMap = (place: Place): YamlMap => ({ kind: 'map', place, entries: new Map() })
