// Cache of `render`: which trees a description gives. A host whose inputs are the same and whose trees are those is
// neither compiled nor compared: 0.3 ms instead of 2.
//
// An entry is a statement about texts, not about the disk: "these inputs give trees with these digests". Inputs and trees
// are read again by every run, with the checks of a comparison (symbolic links, owners, modes, manifest, journal). So no
// edit of a file is missed, whatever its times are; no run or signal can leave a wrong entry; and an old cache is as good
// as a new one. Who can write the cache could hide an edit of a tree: that is the user, and root.
import { dirname, resolve } from 'node:path'
import type { Result } from '../../stdlib/result.js'
import { memoize } from '../../stdlib/memoize.js'
import type { Load } from '../../yaml/extends.js'
import type { Done } from '../hosts/job.js'
import type { Host } from '../runtime/host.js'
import { STDIN } from '../runtime/inputs.js'
import { build } from '../runtime/version.js'
import { digest, inputsOf, type Entry } from './cache-entry.js'
import { abandonedRoots, rootOf } from './output-roots.js'
import type { RenderedHost } from './render-host.js'
import type { RenderOptions } from './render-options.js'
import { NOTHING_WRITTEN } from './write.js'

/** Below that nobody waits. */
const MANY = 100

export interface RenderCache {
  /** Of `RenderOptions`. */
  readonly environment: string
  /** What `render` would return for a host of which nothing changes; undefined if that is not known. */
  readonly lookup: (file: string) => Promise<Done<RenderedHost> | undefined>
  readonly add: (file: string, entry: Entry) => void
  readonly save: () => void
}

/** Undefined where a cache is no help, or could say less than the run prints. */
export function openCache(
  files: readonly string[],
  options: RenderOptions,
  io: Host,
): RenderCache | undefined {
  const { out, action, archive, detail, isReported } = options
  const { cache } = io
  if (cache === undefined || build === undefined || out === undefined || files.length < MANY) return undefined
  if (action !== 'write' || archive !== undefined || detail === 'all' || isReported) return undefined
  const environment = environmentOf(options, io)
  // Each folder of output has its own file.
  const name = `render-${digest([resolve(), out]).slice(0, 32)}.json`
  const known = new Map(entriesIn(cache.read(name) ?? ''))
  const load = memoizedLoad(io.load)
  let isChanged = false
  return {
    environment,
    lookup: async (file) => {
      const entry = known.get(file)
      return entry === undefined || file === STDIN
        ? undefined
        : doneBy(entry, file, environment, options, load, io)
    },
    add: (file, entry) => {
      known.set(file, entry)
      isChanged = true
    },
    save: () => {
      if (!isChanged) return
      const current = new Set(files)
      const kept = [...known].filter(([file]) => current.has(file) || io.isFile(file))
      cache.write(name, textOf(kept))
    },
  }
}

/** What the trees and the printed text of every host depend on. */
const environmentOf = (
  { targets, strict, defaults, detail }: RenderOptions,
  { color, owners }: Host,
): string => digest([build, targets, strict, defaults, detail, color, owners()])

/** By description. The first line is a digest, so that a damaged file, or one of another version, is none. */
function textOf(entries: readonly (readonly [string, Entry])[]): string {
  const text = JSON.stringify(entries)
  return `${digest([build, text])}\n${text}`
}

function entriesIn(stored: string): readonly (readonly [string, Entry])[] {
  const end = stored.indexOf('\n')
  const text = stored.slice(end + 1)
  return end !== -1 && stored.slice(0, end) === digest([build, text])
    ? (JSON.parse(text) as readonly (readonly [string, Entry])[])
    : []
}

/** Reads a file that many hosts extend once. */
function memoizedLoad(load: Load): Load {
  const loadOnce = memoize(
    ([name, from]: readonly [string, string]) => load(name, from),
    ([name, from]) => `${dirname(from)}\0${name}`,
  )
  return (name, from) => loadOnce([name, from])
}

async function doneBy(
  entry: Entry,
  file: string,
  environment: string,
  options: RenderOptions,
  load: Load,
  io: Host,
): Promise<Done<RenderedHost> | undefined> {
  const { out = '', below } = options
  const text = await io.read(file)
  const loaded = allOk(entry.loads.map(([name, from]) => load(name, from)))
  if (!text.ok || loaded === undefined) return undefined
  if (inputsOf(environment, file, text.value, loaded) !== entry.inputs) return undefined
  const targets = entry.trees.map(([target]) => target)
  if (options.targets === undefined && abandonedRoots(out, file, targets, io).length > 0) return undefined
  const isOnlyTarget = targets.length === 1
  const paths: string[] = []
  let unchanged = 0
  for (const [target, expected] of entry.trees) {
    const root = rootOf(out, { file, target, isOnlyTarget })
    paths.push(root)
    const tree =
      below !== undefined && io.symlinkBelow(below, root) !== undefined ? undefined : io.digestBelow(root)
    if (tree?.digest !== expected) return undefined
    unchanged += tree.files
  }
  const result: RenderedHost = {
    archive: undefined,
    written: { ...NOTHING_WRITTEN, unchanged, outputs: paths.length },
    isCurrent: true,
    paths,
    stopped: false,
    errors: 0,
    warnings: entry.warnings,
    outputs: paths.length,
    refused: 0,
    differences: 0,
    inputs: [],
    entry: undefined,
    report: undefined,
  }
  return { file, printed: entry.printed.map((each) => ['stderr', each]), result }
}

function allOk<T>(results: readonly Result<T, unknown>[]): readonly T[] | undefined {
  const values = results.flatMap((each) => (each.ok ? [each.value] : []))
  return values.length === results.length ? values : undefined
}
