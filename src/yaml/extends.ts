// Descriptions of several files: `extends` names those whose values a file begins with.
import type { ArgsOf, DiagnosticCode } from '../diagnostics/catalogue/catalogue.js'
import type { Diagnostic, Path } from '../diagnostics/diagnostic.js'
import { createReporter } from '../diagnostics/reporter.js'
import { oncePerObject } from '../stdlib/memoize.js'
import type { Result } from '../stdlib/result.js'
import { measure } from './limits.js'
import { MAX_DEPTH, MAX_TEXT_BYTES, MAX_VALUES, parseYaml, type Source } from './source.js'

/** Names under `extends` in all files of a description. */
export const MAX_NAMES = 64
/** Levels of files that extend others. */
export const MAX_LEVELS = 8
/** Keys of all mappings that are merged, aliases written out; a thousand links have a hundredth of it. */
export const MAX_MERGED_KEYS = 200_000

/**
 * Reads what `extends` names in the file `from`: a name that an earlier call returned, or that of the description. The
 * returned name stands for the file in diagnostics, and identifies it: a file that is named twice is read once.
 */
export type Load = (name: string, from: string) => Result<LoadedFile, LoadProblem>

/** `fix`: what to write instead; by default another path. */
export interface LoadProblem {
  readonly problem: string
  readonly fix?: string
}

export interface LoadedFile {
  readonly file: string
  readonly text: string
}

/** A description with all that it extends. A span names the file in which the words stand. */
export interface MergedSource extends Source {
  /** By name, the description first, and each file before those that it extends. */
  readonly texts: ReadonlyMap<string, string>
}

/** A value, and the file that has it. */
interface Part {
  readonly value: unknown
  readonly source: Source
  /** Of a mapping whose keys come from several files. */
  readonly children?: ReadonlyMap<string, Part>
}

/**
 * The YAML of a description and of all files that it extends. Mappings merge by key, those of extended files first; lists
 * and other values replace; null removes. A later file of the list takes precedence over an earlier one, and the file
 * itself over both. The value is undefined after an error in any of the files. `targets` of `defaults` come before all.
 */
export function parseDescription(
  text: string,
  file: string,
  load?: Load,
  defaults?: LoadedFile,
): MergedSource {
  const own = parseYaml(text, file)
  const sources = new Map([[file, own]])
  const parts = new Map<string, Part>()
  const found: Diagnostic[] = []
  let names = 0
  let characters = text.length
  let mergedKeys = 0
  const merged = withDefaults(partOf(own, [file]))
  const sourceAt = (path: Path): Source => partAt(merged, path).source
  checkSize()
  const isWhole = found.length === 0 && [...sources.values()].every(({ value }) => value !== undefined)
  return {
    file,
    text,
    value: isWhole ? merged.value : undefined,
    locate: (path, on) => sourceAt(path).locate(path, on),
    textOf: (path) => sourceAt(path).textOf(path),
    diagnostics: [...[...sources.values()].flatMap(({ diagnostics }) => diagnostics), ...found],
    texts: new Map([...sources].map(([name, source]) => [name, source.text])),
  }

  function checkSize(): void {
    if (sources.size === 1) return
    const { problem, path } = measure(merged.value, { values: MAX_VALUES, depth: MAX_DEPTH })
    const limit = mergedKeys > MAX_MERGED_KEYS ? MAX_MERGED_KEYS : problem && MAX_VALUES
    if (limit !== undefined) rejectAt(path, sourceAt(path), 'yaml-too-many-values', { limit })
  }

  function withDefaults(part: Part): Part {
    const base = defaults === undefined ? undefined : defaultsIn(defaults)
    if (base === undefined || base.source.file === file) return part
    sources.set(base.source.file, base.source)
    return merge(base, part)
  }

  /** `chain`: the files that led to this one, which is its last. */
  function partOf(source: Source, chain: readonly string[]): Part {
    const bases = namesIn(source.value).flatMap(({ path, name }) => baseOf(source, path, name, chain) ?? [])
    return [...bases, { value: source.value, source }].reduce((base, over) => merge(base, over))
  }

  function merge(base: Part, over: Part): Part {
    if (!isMapping(base.value) || !isMapping(over.value)) return over
    const children = new Map(childrenOf(base))
    const added = childrenOf(over)
    mergedKeys += children.size + added.size
    if (mergedKeys > MAX_MERGED_KEYS) return over
    for (const [key, own] of added) {
      const inherited = children.get(key)
      if (inherited === undefined) children.set(key, own)
      // Twice null is no removal: under `targets` it chooses a target.
      else if (own.value === null && inherited.value !== null) children.delete(key)
      else children.set(key, merge(inherited, own))
    }
    return mappingOf(children, over.source)
  }

  function rejectAt<C extends DiagnosticCode>(
    path: Path,
    source: Source,
    code: C,
    args: ArgsOf<C>,
    fix?: string,
  ): undefined {
    const reporter = createReporter()
    reporter.at(...path).report(code, args, fix === undefined ? {} : { fix })
    found.push(...reporter.diagnostics.map((one) => ({ ...one, span: source.locate(path) })))
  }

  function baseOf(source: Source, path: Path, name: string, chain: readonly string[]): Part | undefined {
    const reject = <C extends DiagnosticCode>(code: C, args: ArgsOf<C>, fix?: string): undefined =>
      rejectAt(path, source, code, args, fix)
    names += 1
    // Reported once: a hostile list has half a million names.
    if (names > MAX_NAMES + 1) return undefined
    if (names > MAX_NAMES) return reject('extends-too-many', { limit: MAX_NAMES })
    const why = problemOfName(name)
    if (why !== undefined) return reject('extends-invalid', { name, why })
    if (load === undefined)
      return reject('extends-unreadable', { name, reason: 'no other file can be read here' })
    const read = load(name, source.file)
    if (!read.ok) return reject('extends-unreadable', { name, reason: read.problem }, read.fix)
    if (!sources.has(read.value.file)) characters += read.value.text.length
    if (characters > MAX_TEXT_BYTES) {
      const reason = `with it, the files of the description have more than ${MAX_TEXT_BYTES} bytes`
      return reject('extends-unreadable', { name, reason }, 'Extend fewer or smaller files.')
    }
    const base = parsedBy(load)(read.value)
    const files = [...chain, base.file]
    if (chain.includes(base.file)) return reject('extends-cycle', { files })
    if (chain.length > MAX_LEVELS) return reject('extends-too-deep', { limit: MAX_LEVELS })
    sources.set(base.file, base)
    const part = parts.get(base.file) ?? withoutExtends(partOf(base, files))
    parts.set(base.file, part)
    return part
  }
}

/** Files whose parsed text is remembered. */
const MAX_PARSED = 256

/** What many hosts extend is parsed once, and again if it has changed. */
const parsedBy = oncePerObject((_load: Load) => {
  const known = new Map<string, Source>()
  return ({ file, text }: LoadedFile): Source => {
    const before = known.get(file)
    if (before?.text === text) return before
    if (known.size >= MAX_PARSED) known.clear()
    const source = parseYaml(text, file)
    known.set(file, source)
    return source
  }
})

/** `targets` of multihome.yaml. */
const defaultsIn = oncePerObject(({ file, text }: LoadedFile): Part => {
  const source = parseYaml(text, file)
  const targets = childrenOf({ value: source.value, source }).get('targets')
  return mappingOf(new Map(targets === undefined ? [] : [['targets', targets]]), source)
})

/** The schema reports what is no name. */
function namesIn(value: unknown): readonly { readonly path: Path; readonly name: string }[] {
  const written = isMapping(value) ? value['extends'] : undefined
  if (typeof written === 'string') return [{ path: ['extends'], name: written }]
  if (!Array.isArray(written)) return []
  return written.flatMap((name: unknown, index) =>
    typeof name === 'string' ? [{ path: ['extends', index], name }] : [],
  )
}

/** Only descriptions: an error would print a line of any other file. */
function problemOfName(name: string): string | undefined {
  if (/[\0-\x1f\x7f-\x9f]/.test(name)) return 'it has a control character'
  if (name.startsWith('/')) return 'the path is absolute; it must be relative to this file'
  if (!/\.(?:ya?ml|json)$/i.test(name)) return 'the name must end in .yaml, .yml or .json'
  return undefined
}

const isMapping = (value: unknown): value is Readonly<Record<string, unknown>> =>
  typeof value === 'object' && value !== null && !Array.isArray(value)

const childrenOf = ({ value, source, children }: Part): ReadonlyMap<string, Part> =>
  children ??
  new Map(
    isMapping(value) ? Object.entries(value).map(([key, child]) => [key, { value: child, source }]) : [],
  )

const mappingOf = (children: ReadonlyMap<string, Part>, source: Source): Part => ({
  value: Object.fromEntries([...children].map(([key, { value }]) => [key, value])),
  source,
  children,
})

function withoutExtends(part: Part): Part {
  const children = new Map(childrenOf(part))
  return children.delete('extends') ? mappingOf(children, part.source) : part
}

/** The part at a path, or the deepest one on the way whose keys come from several files. */
function partAt(whole: Part, path: Path): Part {
  let part = whole
  for (const key of path) {
    const child = part.children?.get(String(key))
    if (child === undefined) return part
    part = child
  }
  return part
}
