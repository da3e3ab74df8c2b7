// Merged description as YAML, with the origin of each part.
import { CORE_SCHEMA, dump, load } from 'js-yaml'
import { formatPath, type Path } from '../diagnostics/diagnostic.js'
import { printable } from '../diagnostics/sanitize.js'
import type { MergedSource } from './extends.js'

/** A line of the merged description. `at`: what begins on it; absent on a line that only opens a mapping or a list. */
interface ResolvedLine {
  readonly text: string
  readonly at?: Path
}

/** Columns of a line without its comment, where a mapping or list without others inside is on one line. */
const WIDTH = 110

/** Block style, and flow style for what has only scalars inside and comes from one file. Without `extends`. */
function resolvedLines(source: MergedSource): readonly ResolvedLine[] {
  return isMapping(source.value) ? blockOf(withoutExtends(source.value), []) : []

  function linesOf(value: unknown, path: Path): readonly ResolvedLine[] {
    if (isInline(value, path)) {
      const text = flowOf(value, path)
      if (path.length * 2 + text.length <= WIDTH) return [{ text, at: path }]
    }
    return blockOf(value, path)
  }

  function blockOf(value: unknown, path: Path): readonly ResolvedLine[] {
    if (Array.isArray(value))
      return value.flatMap((item: unknown, index) =>
        indented(linesOf(item, [...path, index]), (line, isFirst) => `${isFirst ? '- ' : '  '}${line}`),
      )
    if (!isMapping(value)) return [{ text: scalarOf(value, path), at: path }]
    return Object.entries(value).flatMap(([key, child]) => {
      const lines = linesOf(child, [...path, key])
      const name = plain(key)
      return lines.length === 1 && lines[0]?.at?.length === path.length + 1
        ? indented(lines, (line) => `${name}: ${line}`)
        : [{ text: `${name}:` }, ...indented(lines, (line) => `  ${line}`)]
    })
  }

  /** Whether it fits in flow style: a scalar, or a collection of scalars and lists of them, all of one file. */
  function isInline(value: unknown, path: Path, depth = 2): boolean {
    if (!isCollection(value)) return true
    const children = entriesOf(value)
    const { file } = source.locate(path, 'key')
    return (
      children.length === 0 ||
      (depth > 0 &&
        children.every(
          ([key, child]) =>
            (Array.isArray(child) || !isCollection(child)) &&
            source.locate([...path, key], 'key').file === file &&
            isInline(child, [...path, key], depth - 1),
        ))
    )
  }

  function flowOf(value: unknown, path: Path): string {
    if (Array.isArray(value))
      return `[${value.map((item: unknown, index) => flowOf(item, [...path, index])).join(', ')}]`
    if (!isMapping(value)) return scalarOf(value, path)
    const parts = Object.entries(value).map(
      ([key, child]) => `${plain(key)}: ${flowOf(child, [...path, key])}`,
    )
    return parts.length === 0 ? '{}' : `{ ${parts.join(', ')} }`
  }

  /** As it is written, since `0x100` and `1.10` say more than their values; unless that means something else here. */
  function scalarOf(value: unknown, path: Path): string {
    const written = source.textOf(path) ?? ''
    return means(written, value) ? written : plain(value)
  }
}

/** Whether a flow collection may have this text for the value. */
function means(text: string, value: unknown): boolean {
  if (String(value) === text && (typeof value !== 'string' || PLAIN.test(text))) return true
  if (text === '' || /[\n#*&!]/.test(text)) return false
  try {
    const list = load(`[${text}]`, { schema: CORE_SCHEMA })
    return Array.isArray(list) && list.length === 1 && list[0] === value
  } catch {
    return false
  }
}

/** Texts that need no quotes, found without js-yaml. */
const PLAIN = /^(?!(?:null|true|false)$)[a-z][\w/-]*$|^\d+\.\d+\.\d+\.\d+(?:\/\d+)?$/i

/** A scalar for a flow collection. */
const plain = (value: unknown): string =>
  (typeof value === 'string' && PLAIN.test(value)) ||
  typeof value === 'boolean' ||
  Number.isSafeInteger(value)
    ? String(value)
    : dump([value], { flowLevel: 0, lineWidth: -1, schema: CORE_SCHEMA }).trim().slice(1, -1)

const indented = (
  lines: readonly ResolvedLine[],
  textOf: (line: string, isFirst: boolean) => string,
): readonly ResolvedLine[] => lines.map((line, index) => ({ ...line, text: textOf(line.text, index === 0) }))

const isCollection = (value: unknown): value is object => typeof value === 'object' && value !== null

const isMapping = (value: unknown): value is Readonly<Record<string, unknown>> =>
  isCollection(value) && !Array.isArray(value)

const entriesOf = (value: object): readonly (readonly [string | number, unknown])[] =>
  Array.isArray(value) ? [...value.entries()] : Object.entries(value)

const withoutExtends = (value: Readonly<Record<string, unknown>>): Readonly<Record<string, unknown>> =>
  Object.fromEntries(Object.entries(value).filter(([key]) => key !== 'extends'))

/** Columns from which a comment follows its line directly. */
const MAX_COLUMN = 60

/** `wan0: { dhcp4: true }  # site.yaml:3`; the comments are in one column. Compiles to the same plan. */
export function formatResolved(source: MergedSource): string {
  const lines = resolvedLines(source)
  const column = lines.reduce(
    (most, { text }) => (text.length <= MAX_COLUMN ? Math.max(most, text.length) : most),
    0,
  )
  return lines
    .map(({ text, at }) => {
      if (at === undefined) return `${text}\n`
      const { file, line } = originOf(source, at)
      return `${text.padEnd(column)}  # ${printable(file)}:${line}\n`
    })
    .join('')
}

/** As src/cli/json/plan.ts describes it. */
export const resolvedDocument = (source: MergedSource) => ({
  description: isMapping(source.value) ? withoutExtends(source.value) : {},
  origins: resolvedLines(source).flatMap(({ at }) =>
    at === undefined ? [] : [{ path: formatPath(at), ...originOf(source, at) }],
  ),
})

function originOf(source: MergedSource, path: Path): { readonly file: string; readonly line: number } {
  const { file, start } = source.locate(path, 'key')
  return { file, line: start.line }
}
