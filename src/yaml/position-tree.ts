// Position tree of a YAML text: the range of each key and value.
import { EVENT_ID, getScalarValue, load, SCALAR_STYLE, type Event, type ScalarEvent } from 'js-yaml'
import type { Range } from './line-index.js'

/** One value of the text. `value` is absent where nothing is written after a key. */
export interface PositionNode {
  readonly kind: 'scalar' | 'sequence' | 'mapping' | 'alias'
  readonly key?: Range
  readonly value?: Range
  readonly children: ReadonlyMap<string | number, PositionNode>
}

export interface DuplicateKey {
  readonly path: readonly (string | number)[]
  readonly key: string
  readonly first: Range
  readonly second: Range
}

export interface PositionTree {
  /** One for each document of the stream; undefined for an empty document. */
  readonly roots: readonly (PositionNode | undefined)[]
  readonly duplicates: readonly DuplicateKey[]
  /** Keys with a tag, and keys that are aliases or collections: their name is not their text. */
  readonly unusualKeys: readonly Range[]
}

interface OpenNode {
  kind: PositionNode['kind'] | 'document'
  key?: Range
  value?: { start: number; end: number }
  children: Map<string | number, PositionNode>
  /** In a mapping: the key whose value follows. */
  pending?: { readonly name: string; readonly range: Range }
}

const NO_CHILDREN: Map<string | number, PositionNode> = new Map()

const endOf = ({ value }: OpenNode): Range => ({ start: value?.end ?? 0, end: value?.end ?? 0 })

/** The key or index of the next child of an open collection. */
const placeInside = (node: OpenNode): string | number => node.pending?.name ?? node.children.size

/** js-yaml's events have no ends of collections: they follow from the last child and the bracket. */
export function placeEvents(text: string, events: readonly Event[]): PositionTree {
  const roots: (PositionNode | undefined)[] = []
  const duplicates: DuplicateKey[] = []
  const unusualKeys: Range[] = []
  const stack: OpenNode[] = []

  const close = (node: OpenNode): void => {
    const parent = stack.at(-1)
    if (parent === undefined) return void roots.push(node.children.get(0))
    if (parent.value !== undefined && node.value !== undefined && node.value.end > parent.value.end)
      parent.value.end = node.value.end
    if (parent.kind === 'mapping' && parent.pending === undefined) {
      const range = node.value ?? endOf(parent)
      unusualKeys.push(range)
      parent.pending = { name: text.slice(range.start, range.end), range }
      return
    }
    const name = placeInside(parent)
    const first = parent.children.get(name)
    if (parent.pending !== undefined) {
      node.key = parent.pending.range
      if (first?.key !== undefined) {
        const path = stack.slice(1).map(placeInside)
        duplicates.push({ path, key: String(name), first: first.key, second: node.key })
      }
      delete parent.pending
    }
    parent.children.set(name, node as PositionNode)
  }

  for (const event of events) {
    switch (event.type) {
      case EVENT_ID.DOCUMENT:
        stack.push({ kind: 'document', children: new Map() })
        break
      case EVENT_ID.SEQUENCE:
      case EVENT_ID.MAPPING:
        stack.push({
          kind: event.type === EVENT_ID.MAPPING ? 'mapping' : 'sequence',
          value: { start: event.start, end: event.start },
          children: new Map(),
        })
        break
      case EVENT_ID.SCALAR: {
        const range = scalarRange(text, event)
        const parent = stack.at(-1)
        if (parent?.kind === 'mapping' && parent.pending === undefined) {
          if (parent.value !== undefined && range !== undefined) parent.value.end = range.end
          parent.pending = { name: keyName(text, event), range: range ?? endOf(parent) }
          if (event.tagStart >= 0) unusualKeys.push(parent.pending.range)
        } else close({ kind: 'scalar', children: NO_CHILDREN, ...(range && { value: range }) })
        break
      }
      case EVENT_ID.ALIAS: {
        // The event leaves the `*` out.
        const value = { start: event.anchorStart - 1, end: event.anchorEnd }
        close({ kind: 'alias', value, children: NO_CHILDREN })
        break
      }
      case EVENT_ID.POP: {
        const node = stack.pop()
        if (node === undefined) break
        if (node.value !== undefined) node.value.end = collectionEnd(text, node.value)
        close(node)
      }
    }
  }
  return { roots, duplicates, unusualKeys }
}

/** With its quotes; a block scalar without the indentation and the line break around it. */
function scalarRange(text: string, event: ScalarEvent): { start: number; end: number } | undefined {
  const { style, valueStart, valueEnd } = event
  if (valueStart < 0) return undefined
  if (style === SCALAR_STYLE.SINGLE_QUOTED || style === SCALAR_STYLE.DOUBLE_QUOTED)
    return { start: valueStart - 1, end: valueEnd + 1 }
  if (style === SCALAR_STYLE.PLAIN) return { start: valueStart, end: valueEnd }
  const written = text.slice(valueStart, valueEnd)
  const start = valueStart + (written.length - written.trimStart().length)
  return { start, end: Math.max(start, valueStart + written.trimEnd().length) }
}

/** A plain `0x1` or `~` as a key becomes the property "1" or "null" of the value. */
function keyName(text: string, event: ScalarEvent): string {
  const written = getScalarValue(text, event)
  if (event.style !== SCALAR_STYLE.PLAIN) return written
  if (!/^(?:[-+.\d~].*|null|true|false|)$/i.test(written)) return written
  return written === '' ? 'null' : String(load(written))
}

/** Past the closing bracket of a flow collection; a block collection ends with its last child. */
function collectionEnd(text: string, { start, end }: Range): number {
  const open = text[start]
  if (open !== '[' && open !== '{') return end
  let offset = Math.max(end, start + 1)
  while (offset < text.length) {
    const character = text[offset] ?? ''
    if (character === ']' || character === '}') return offset + 1
    if (character === '#') while (offset < text.length && !/[\r\n]/.test(text[offset] ?? '')) offset++
    else offset++
  }
  return end
}
