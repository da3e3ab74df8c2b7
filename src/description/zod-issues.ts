// What zod found wrong, told in our words: zod's own text is never shown.
import type { core } from 'zod/mini'
import { formatPath, type Path } from '../diagnostics/diagnostic.js'
import type { Reporter } from '../diagnostics/reporter.js'
import { suggest } from '../diagnostics/suggest.js'
import { pathKey } from './check-strings.js'
import type { Problem } from './schema/primitives.js'
import { fixForType, describeValue, shorten, type Wanted } from './schema/describe-value.js'
import { aliasFix } from './key-aliases.js'
import { targetHint } from './target-names.js'

type Issue = core.$ZodIssue

export interface IssueContext {
  readonly value: unknown
  readonly reporter: Reporter
  /** Paths, as `pathKey` writes them, of which something better has been said. */
  readonly told: ReadonlySet<string>
  readonly textOf: (path: Path) => string | undefined
}

export function reportIssues(issues: readonly Issue[], context: IssueContext): void {
  const meant = new Set<string>()
  // A key that is missing because it is mistyped is told once, at what is written.
  for (const issue of flatten(issues, [], context))
    if (issue.code === 'unrecognized_keys') reportUnknown(issue, context, meant)
  for (const issue of flatten(issues, [], context))
    if (issue.code !== 'unrecognized_keys') reportOne(issue, context, meant)
}

/** Resolves unions to the branch that was most likely meant, and makes every path whole. */
function flatten(issues: readonly Issue[], above: Path, context: IssueContext): Issue[] {
  return issues.flatMap((issue): Issue[] => {
    const path = [...above, ...issue.path.map((segment) => (typeof segment === 'symbol' ? '' : segment))]
    if (issue.code !== 'invalid_union') return [{ ...issue, path }]
    const value = valueAt(context.value, path)
    const branches = issue.errors
      .filter((branch) => !branch.some((entry) => isOfOtherShape(entry)))
      .map((branch) => flatten(branch, path, context))
      .sort((a, b) => distance(a, path, value) - distance(b, path, value))
    return branches[0] ?? [{ ...issue, path }]
  })
}

const isOfOtherShape = (issue: Issue): boolean =>
  issue.path.length === 0 && (issue.code === 'invalid_type' || problemOf(issue)?.isShape === true)

/** How far a branch is from what was written: keys that it does not know, or misses. */
function distance(issues: readonly Issue[], path: Path, value: unknown): number {
  let count = 0
  for (const issue of issues) {
    if (issue.code === 'unrecognized_keys') {
      const known = issue.message.split(' ')
      count += issue.keys.reduce((sum, key) => sum + (suggest(key, known) === undefined ? 4 : 1), 0)
    } else if (
      issue.path.length === path.length + 1 &&
      valueAt(value, issue.path.slice(path.length)) === undefined
    )
      count += 2
  }
  return count
}

function problemOf(issue: Issue): Problem | undefined {
  if (issue.code !== 'custom') return undefined
  const problem: unknown = issue.params?.['problem']
  // Every issue that the schema raises itself carries one (`raise`).
  return problem as Problem | undefined
}

function reportUnknown(
  issue: core.$ZodIssueUnrecognizedKeys,
  context: IssueContext,
  meant: Set<string>,
): void {
  const path = pathOf(issue)
  const known = issue.message.split(' ')
  const parent = parentName(path)
  for (const key of issue.keys) {
    const at = [...path, key]
    if (context.told.has(pathKey(at))) continue
    const foreign = aliasFix(key).find((word) => known.includes(word))
    const guess = foreign ?? suggest(key, known)
    if (guess !== undefined) meant.add(pathKey([...path, guess]))
    const fix =
      at[0] === 'targets' && at.length === 2
        ? targetHint(key)
        : guess === undefined
          ? `Known here: ${known.join(', ')}.`
          : `Did you mean \`${guess}\`?`
    context.reporter.at(...at).report('key-unknown', { key: shorten(key), parent }, { on: 'key', fix })
  }
}

function reportOne(issue: Issue, context: IssueContext, meant: ReadonlySet<string>): void {
  const path = pathOf(issue)
  if (context.told.has(pathKey(path))) return
  const reporter = context.reporter.at(...path)
  const value = valueAt(context.value, path)
  const key = path.at(-1)
  if (value === undefined && typeof key === 'string') {
    if (meant.has(pathKey(path))) return
    return reporter.report('key-missing', { key, parent: parentName(path.slice(0, -1)) }, { on: 'key' })
  }
  const problem = problemOf(issue)
  if (problem !== undefined) return problem.report(reporter, context.textOf(path))
  if (issue.code === 'too_small') return reporter.report('list-empty', { what: parentName(path) })
  if (path.length === 0) return reporter.report('description-not-a-mapping', {})
  const fix = fixForType(wantedOf(issue), value)
  const args = { expected: issue.message, found: describeValue(value, context.textOf(path)) }
  reporter.report('type-wrong', args, fix === undefined ? {} : { fix })
}

function wantedOf(issue: Issue): Wanted {
  if (issue.code !== 'invalid_type') return 'other'
  if (issue.expected === 'object' || issue.expected === 'record') return 'mapping'
  return issue.expected === 'array' ? 'list' : 'other'
}

const pathOf = (issue: Issue): (string | number)[] =>
  issue.path.filter((segment) => typeof segment !== 'symbol')

/** `gateways.fiber`, `rules[2]`. */
const parentName = (path: Path): string => shorten(formatPath(path))

function valueAt(value: unknown, path: readonly PropertyKey[]): unknown {
  let found: unknown = value
  for (const segment of path) {
    if (typeof found !== 'object' || found === null || !Object.hasOwn(found, segment)) return undefined
    found = (found as Readonly<Record<PropertyKey, unknown>>)[segment]
  }
  return found
}
