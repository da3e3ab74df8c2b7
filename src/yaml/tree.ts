// Where each value and each key of a YAML text stands: a tree of ranges beside the tree of values.
import { EVENT_ID, getScalarValue, load, SCALAR_STYLE, type Event, type ScalarEvent } from 'js-yaml'
import type { Range } from './lines.js'

/** One value of the text. `value` is absent where nothing is written after a key. */
export interface PlacedNode {
  readonly kind: 'scalar' | 'sequence' | 'mapping' | 'alias'
  readonly key?: Range
  readonly value?: Range
  readonly children: ReadonlyMap<string | number, PlacedNode>
}

export interface DuplicateKey {
  readonly key: string
  readonly first: Range
  readonly second: Range
}

export interface PlacedTree {
  /** One for each document of the stream; undefined where the document holds nothing. */
  readonly roots: readonly (PlacedNode | undefined)[]
  readonly duplicates: readonly DuplicateKey[]
}

interface OpenNode {
  kind: PlacedNode['kind'] | 'key' | 'document'
  key?: Range
  value?: { start: number; end: number }
  children: Map<string | number, PlacedNode>
  /** In a mapping: the key that waits for its value. */
  pending?: { readonly name: string; readonly range: Range }
}

/** js-yaml's events carry offsets but no ends of collections: those follow from the last child and the bracket. */
export function placeEvents(text: string, events: readonly Event[]): PlacedTree {
  const roots: (PlacedNode | undefined)[] = []
  const duplicates: DuplicateKey[] = []
  const stack: OpenNode[] = []

  const close = (node: OpenNode): void => {
    const parent = stack.at(-1)
    if (parent === undefined) return void roots.push(node.children.get(0))
    if (parent.value !== undefined && node.value !== undefined && node.value.end > parent.value.end)
      parent.value.end = node.value.end
    if (parent.kind === 'mapping' && parent.pending === undefined) {
      const range = node.value ?? { start: parent.value?.end ?? 0, end: parent.value?.end ?? 0 }
      // Only a complex key (`? [a, b]`) has no text here; js-yaml refuses those when it constructs.
      parent.pending = { name: node.kind === 'key' ? [...node.children.keys()].join() : '?', range }
      return
    }
    const name = parent.kind === 'mapping' ? (parent.pending?.name ?? '?') : parent.children.size
    const first = parent.children.get(name)
    if (parent.pending !== undefined) {
      node.key = parent.pending.range
      delete parent.pending
      if (first?.key !== undefined) duplicates.push({ key: String(name), first: first.key, second: node.key })
    }
    parent.children.set(name, node as PlacedNode)
  }

  const isKey = (): boolean => stack.at(-1)?.kind === 'mapping' && stack.at(-1)?.pending === undefined

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
        const range = scalarRange(event)
        const node: OpenNode = { kind: 'scalar', children: new Map(), ...(range && { value: range }) }
        if (isKey()) {
          node.kind = 'key'
          node.children.set(keyName(text, event), { kind: 'scalar', children: new Map() })
        }
        close(node)
        break
      }
      case EVENT_ID.ALIAS: {
        // The event leaves the `*` out.
        const value = { start: event.anchorStart - 1, end: event.anchorEnd }
        close({ kind: 'alias', value, children: new Map() })
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
  return { roots, duplicates }
}

function scalarRange(event: ScalarEvent): { start: number; end: number } | undefined {
  if (event.valueStart < 0) return undefined
  const quoted = event.style === SCALAR_STYLE.SINGLE_QUOTED || event.style === SCALAR_STYLE.DOUBLE_QUOTED
  const quote = quoted ? 1 : 0
  return { start: event.valueStart - quote, end: event.valueEnd + quote }
}

/** A plain `0x1` or `~` as a key becomes the property "1" or "null" of the value. */
function keyName(text: string, event: ScalarEvent): string {
  const written = getScalarValue(text, event)
  if (event.style !== SCALAR_STYLE.PLAIN || event.tagStart >= 0) return written
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
