// YAML parser: the value of a text, the position of each part, and its syntax errors.
import { constructFromEvents, CORE_SCHEMA, parseEvents } from 'js-yaml'
import type { ArgsOf, DiagnosticCode } from '../diagnostics/catalogue/catalogue.js'
import type { Diagnostic, Path, PathEnd, Span } from '../diagnostics/diagnostic.js'
import { createReporter, type ReportOptions } from '../diagnostics/reporter.js'
import { templateIn } from '../diagnostics/templates.js'
import { readLines, type Range } from './line-index.js'
import { measure } from './limits.js'
import { explainYamlError, lineAround } from './syntax-error.js'
import { placeEvents, type PositionNode } from './position-tree.js'

/** Bytes of UTF-8. */
export const MAX_TEXT_BYTES = 1_048_576
export const MAX_ALIASES = 200
/** Levels of nesting, aliases written out; the language itself has seven. */
export const MAX_DEPTH = 32
/** Values, aliases written out. */
export const MAX_VALUES = 500_000

export interface Source {
  readonly file: string
  readonly text: string
  /** Undefined after a syntax error. A duplicate key is no syntax error. */
  readonly value: unknown
  /** The span of a path; if the text does not have it, that of the key of its deepest parent. */
  locate(path: Path, on?: PathEnd): Span
  /** The text of a value, with its quotes; undefined if the text does not have the path. */
  textOf(path: Path): string | undefined
  readonly diagnostics: readonly Diagnostic[]
}

export function parseYaml(text: string, file = 'description.yaml'): Source {
  const bytes = utf8Length(text)
  const isReadable = bytes <= MAX_TEXT_BYTES
  const lines = readLines(isReadable ? text : '', file)
  const diagnostics: Diagnostic[] = []
  const reject = <C extends DiagnosticCode>(
    code: C,
    args: ArgsOf<C>,
    range: Range,
    options: ReportOptions = {},
    path: Path = [],
  ): void => {
    const reporter = createReporter()
    reporter.at(...path).report(code, args, options)
    diagnostics.push(...reporter.diagnostics.map((found) => ({ ...found, span: lines.span(range) })))
  }
  const atStart: Range = { start: 0, end: 0 }
  let root: PositionNode | undefined

  const read = (): unknown => {
    if (!isReadable) return reject('file-too-large', { bytes, limit: MAX_TEXT_BYTES }, atStart)
    const unprintable = UNPRINTABLE.exec(text)
    if (unprintable !== null) {
      const name = codePointName(unprintable[0])
      const range = { start: unprintable.index, end: unprintable.index + unprintable[0].length }
      return reject('string-control-character', { name }, range)
    }
    const events = parseEvents(text, { filename: file, maxDepth: MAX_DEPTH })
    const tree = placeEvents(text, events)
    root = tree.roots[0]
    if (tree.roots.length > 1) {
      const second = tree.roots[1]?.value ?? separator(text)
      return reject('yaml-several-documents', { count: tree.roots.length }, second)
    }
    if (root === undefined || (root.kind === 'scalar' && root.value === undefined))
      return reject('file-empty', {}, atStart)
    const [unusual] = tree.unusualKeys
    if (unusual !== undefined) {
      const template = templateAround(text, unusual.start)
      if (template !== undefined)
        return reject('template-unexpanded', { text: template.text }, template.range)
      const reason = 'a tag, an alias, a list or a mapping in the place of a key'
      return reject('yaml-syntax', { reason }, unusual, { fix: 'Write the key out.' })
    }
    for (const { path, key, first, second } of tree.duplicates) {
      const related = [{ message: 'first written here', path, span: lines.span(first) }]
      reject('yaml-duplicate-key', { key }, second, { on: 'key', related }, path)
    }
    // With `json` the last of two equal keys wins; all duplicates are reported above.
    const options = { source: text, filename: file, schema: CORE_SCHEMA, json: true, maxAliases: MAX_ALIASES }
    const value: unknown = constructFromEvents(events, options)[0]
    const { problem, path } = measure(value, { values: MAX_VALUES, depth: MAX_DEPTH })
    if (problem === undefined) return value
    const range = rangeOf(root, path, 'value')
    if (problem === 'cycle') return reject('yaml-cycle', {}, range, {}, path)
    if (problem === 'too-deep') return reject('yaml-too-deep', { limit: MAX_DEPTH }, range, {}, path)
    return reject('yaml-too-many-values', { limit: MAX_VALUES }, range, {}, path)
  }

  const readSafely = (): unknown => {
    try {
      return read()
    } catch (error) {
      const problem = explainYamlError(error, text)
      if (problem === undefined) throw error
      if (problem.kind === 'aliases')
        return reject('yaml-too-many-aliases', { limit: MAX_ALIASES }, problem.range)
      if (problem.kind === 'depth') return reject('yaml-too-deep', { limit: MAX_DEPTH }, problem.range)
      const template = templateAround(text, problem.range.start)
      if (template !== undefined)
        return reject('template-unexpanded', { text: template.text }, template.range)
      const { reason, fix } = problem
      return reject('yaml-syntax', { reason }, problem.range, fix === undefined ? {} : { fix })
    }
  }

  const value = readSafely()
  return {
    file,
    text,
    value,
    locate: (path, on = 'value') => lines.span(root === undefined ? atStart : rangeOf(root, path, on)),
    textOf: (path) => {
      const { node, isWhole } = follow(root, path)
      return isWhole && node?.value !== undefined ? text.slice(node.value.start, node.value.end) : undefined
    },
    diagnostics,
  }
}

/** On the line of an error, or at the start of the text: what YAML cannot read may be a template. */
function templateAround(
  text: string,
  offset: number,
): { readonly text: string; readonly range: Range } | undefined {
  for (const { line, start } of [lineAround(text, offset), lineAround(text, 0)]) {
    const found = templateIn(line)
    if (found === undefined) continue
    const at = start + line.indexOf(found)
    return { text: found, range: { start: at, end: at + found.length } }
  }
  return undefined
}

function follow(
  root: PositionNode | undefined,
  path: Path,
): { node: PositionNode | undefined; isWhole: boolean } {
  let node = root
  for (const segment of path) {
    const child = node?.children.get(segment)
    if (child === undefined) return { node, isWhole: false }
    node = child
  }
  return { node, isWhole: true }
}

function rangeOf(root: PositionNode, path: Path, on: PathEnd): Range {
  const { node, isWhole } = follow(root, path)
  if (node === undefined) return { start: 0, end: 0 }
  // Values behind an alias have no position of their own.
  if (!isWhole && node.kind !== 'alias') return node.key ?? startOf(node)
  const range = on === 'key' ? (node.key ?? node.value) : (node.value ?? node.key)
  return range ?? { start: 0, end: 0 }
}

const startOf = (node: PositionNode): Range => ({
  start: node.value?.start ?? 0,
  end: node.value?.start ?? 0,
})

/** Characters that YAML 1.2 does not allow in a text (§5.1), lone surrogates, and bidirectional controls. */
const UNPRINTABLE =
  /[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x84\x86-\x9f\ufffe\uffff\u202a-\u202e\u2066-\u2069]|[\ud800-\udbff](?![\udc00-\udfff])|(?<![\ud800-\udbff])[\udc00-\udfff]/

const codePointName = (character: string): string =>
  `U+${(character.codePointAt(0) ?? 0).toString(16).toUpperCase().padStart(4, '0')}`

function separator(text: string): Range {
  const start = text.lastIndexOf('\n---') + 1
  return { start, end: start + 3 }
}

function utf8Length(text: string): number {
  let bytes = text.length
  for (let offset = 0; offset < text.length; offset++) {
    const code = text.charCodeAt(offset)
    if (code >= 0x80) bytes += code < 0x800 ? 1 : 2
    // A pair of surrogates is two units here and four bytes there.
    if (code >= 0xd800 && code <= 0xdbff) {
      bytes -= 2
    }
  }
  return bytes
}
