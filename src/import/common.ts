// Common file: what the descriptions of several hosts share, for `extends`.
import { outlineOf, outlineText, type Block, type Entry } from './outline.js'

export interface Shared {
  /** The common description. undefined if the hosts share nothing but the version. */
  readonly common: string | undefined
  /** Without what is in `common`, in the order of the hosts. They have no `extends` yet, see `withExtends`. */
  readonly descriptions: readonly string[]
}

/**
 * `extends` merges mappings by key, so an entry that all hosts have moves as a whole, and so does any other value that is
 * equal.
 *
 * @param descriptions As `importTree` writes them.
 */
export function shareCommon(descriptions: readonly string[]): Shared {
  const outlines = descriptions.map(outlineOf)
  const [first = [], ...others] = outlines
  const common = first.flatMap((block) => {
    const same = others.map((outline) => outline.find(({ key }) => key === block.key))
    return same.every((one) => one !== undefined) ? sharedBlock([block, ...same]) : []
  })
  if (common.every(({ key }) => key === VERSION || key === '')) return { common: undefined, descriptions }
  return {
    common: outlineText(common),
    descriptions: outlines.map((outline) => outlineText(outline.flatMap((block) => restOf(block, common)))),
  }
}

const VERSION = 'version'

function sharedBlock(blocks: readonly [Block, ...Block[]]): readonly Block[] {
  const [first] = blocks
  if (first.entries.length === 0) {
    const text = outlineText([first])
    return blocks.every((block) => outlineText([block]) === text) ? [first] : []
  }
  const entries = sharedEntries(
    first.key,
    blocks.map((block) => block.entries),
  )
  return entries.length === 0 ? [] : [{ ...first, entries }]
}

/**
 * `extends` has the entries of the common file first. The order of gateways decides which numbers their tables and rules
 * get, so only those move that are first on every host.
 */
function sharedEntries(key: string, all: readonly (readonly Entry[])[]): readonly Entry[] {
  const [first = [], ...others] = all
  const isEverywhere = (entry: Entry, index: number): boolean =>
    others.every((entries) => {
      const other = key === 'gateways' ? entries[index] : entries.find(({ name }) => name === entry.name)
      return other !== undefined && isSameEntry(other, entry)
    })
  if (key !== 'gateways') return first.filter(isEverywhere)
  const end = first.findIndex((entry, index) => !isEverywhere(entry, index))
  return end < 0 ? first : first.slice(0, end)
}

const isSameEntry = (a: Entry, b: Entry): boolean => a.lines.join('\n') === b.lines.join('\n')

/** The rest of a block; the version stays in each file. */
function restOf(block: Block, common: readonly Block[]): readonly Block[] {
  const shared = common.find(({ key }) => key === block.key)
  if (shared === undefined || block.key === VERSION) return [block]
  const entries = block.entries.filter(({ name }) => !shared.entries.some((entry) => entry.name === name))
  return entries.length === 0 ? [] : [{ ...block, entries }]
}

/** `path`: of the common file, relative to that of the description. */
export const withExtends = (description: string, path: string): string =>
  description.replace(/^version: .*$/m, (line) => `${line}\nextends: ${JSON.stringify(path)}`)
