// Decoder: the value of a YAML text → Description, with a diagnostic for each error.
import { safeParse } from 'zod/mini'
import type { Path } from '../diagnostics/diagnostic.js'
import type { Reporter } from '../diagnostics/reporter.js'
import { checkStrings } from './check-strings.js'
import { pathsOf, reportIssues, valueAt, type Language } from './zod-issues.js'
import type { Description } from './description.js'
import { readPartially } from './schema/primitives.js'
import { descriptionSchema, readDescription } from './schema/schema.js'

/** What the decoder reads; `yaml/source.ts` makes one. The value must have an end: no cycles. */
export interface DecodeSource {
  readonly value: unknown
  /** A value as it is written, for messages: `1.30` where the value is 1.3. */
  readonly textOf?: (path: Path) => string | undefined
}

/** `read` returns a valid value; undefined if the schema reports an error. */
export interface ReadableLanguage<T> extends Language {
  readonly read: (value: unknown) => T | undefined
}

const descriptions: ReadableLanguage<Description> = {
  whole: 'the description',
  schema: descriptionSchema,
  read: readDescription,
}

/**
 * Reports all that is wrong, and returns the rest: without the wrong values, so that later phases find their mistakes
 * too. A list keeps the positions of its entries: a wrong one is undefined, as is a required key that is wrong. Ask
 * `Reporter.isBroken` before you rely on either. Undefined where nothing is left.
 */
export function decode(source: DecodeSource, reporter: Reporter): Description | undefined {
  const before = reporter.diagnostics.length
  return (
    decodeAs(descriptions, source, reporter) ??
    decodeRest(
      source.value,
      reporter.diagnostics.slice(before).map(({ path }) => path),
    )
  )
}

/** Reports all that is wrong; undefined if anything is. */
export function decodeAs<T>(
  { read, ...language }: ReadableLanguage<T>,
  { value, textOf = () => undefined }: DecodeSource,
  reporter: Reporter,
): T | undefined {
  const reported = checkStrings(value, reporter, language.whole)
  const result = reported.size === 0 ? read(value) : undefined
  if (result !== undefined) return result
  const parsed = safeParse(language.schema(), value)
  if (!parsed.success) reportIssues(parsed.error.issues, { language, value, reporter, reported, textOf })
  return undefined
}

/** Each round removes something; what is wrong because of what is gone is found in the next one. */
const MAX_ROUNDS = 8

function decodeRest(value: unknown, wrong: readonly Path[]): Description | undefined {
  if (typeof value !== 'object' || value === null) return undefined
  // A value of YAML is one of JSON.
  const rest: unknown = JSON.parse(JSON.stringify(value))
  let paths = wrong
  for (let round = 0; round < MAX_ROUNDS; round++) {
    for (const path of paths) if (!removeAt(rest, path)) removeAt(rest, path.slice(0, -1))
    const parsed = readPartially(() => safeParse(descriptionSchema(), rest))
    if (parsed.success) return parsed.data
    paths = pathsOf(parsed.error.issues, rest)
  }
  return undefined
}

/** Keys whose lists have mappings for entries, of which an empty one is left. */
const LISTS_OF_MAPPINGS: readonly (string | number | undefined)[] = ['rules', 'routes', 'nexthops']

/** Whether there was something to remove. */
function removeAt(value: unknown, path: Path): boolean {
  const key = path.at(-1)
  const parent = valueAt(value, path.slice(0, -1))
  if (key === undefined || typeof parent !== 'object' || parent === null || !Object.hasOwn(parent, key))
    return false
  if (!Array.isArray(parent)) return delete (parent as Record<string, unknown>)[key]
  const left = LISTS_OF_MAPPINGS.includes(path.at(-2)) ? {} : null
  const isGone = JSON.stringify(parent[Number(key)]) === JSON.stringify(left)
  parent[Number(key)] = left
  return !isGone
}
