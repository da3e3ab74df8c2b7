// zod issues → diagnostics; zod's own texts are never shown.
import { oncePerObject } from '../stdlib/memoize.js'
import type { core } from 'zod/mini'
import { formatPath, type Path } from '../diagnostics/diagnostic.js'
import type { Reporter } from '../diagnostics/reporter.js'
import { suggest } from '../diagnostics/suggest.js'
import { pathKey } from './check-strings.js'
import type { Problem } from './schema/primitives.js'
import { fixForType, describeValue, shorten, type Wanted } from './schema/describe-value.js'
import { aliasOf, fixForForeignKey } from './key-aliases.js'
import { isMapping } from './schema/collections.js'
import { isNamed, keysAt, shapeAt } from './schema/schema-at.js'
import { targetHint } from './target-names.js'

type Issue = core.$ZodIssue

/** What a text is written in: that of descriptions, or of multihome.yaml. */
export interface Language {
  /** What messages call the whole: `the description`. */
  readonly whole: string
  readonly schema: () => core.$ZodType
}

export interface IssueContext {
  readonly language: Language
  readonly value: unknown
  readonly reporter: Reporter
  /** Paths (as of `pathKey`) that have a more exact diagnostic already. */
  readonly reported: Set<string>
  readonly textOf: (path: Path) => string | undefined
}

export function reportIssues(issues: readonly Issue[], context: IssueContext): void {
  const meant = new Set<string>()
  reportMisplaced(context)
  // A key that is missing because it is mistyped is reported once, at the mistyped key.
  for (const issue of flatten(issues, [], context.value))
    if (issue.code === 'unrecognized_keys') reportUnknown(issue, context, meant)
  for (const issue of flatten(issues, [], context.value))
    if (issue.code !== 'unrecognized_keys') reportOne(issue, context, meant)
}

/** Where the values are that do not fit. */
export const pathsOf = (issues: readonly Issue[], value: unknown): readonly Path[] =>
  flatten(issues, [], value).map(pathOf)

/** Replaces each union by the branch that is most likely meant, and completes every path. */
function flatten(issues: readonly Issue[], above: Path, whole: unknown): Issue[] {
  return issues.flatMap((issue): Issue[] => {
    const path = [...above, ...issue.path.map((segment) => (typeof segment === 'symbol' ? '' : segment))]
    if (issue.code !== 'invalid_union') return [{ ...issue, path }]
    const value = valueAt(whole, path)
    const branches = issue.errors
      .filter((branch) => !branch.some((entry) => isOfOtherShape(entry)))
      .map((branch) => flatten(branch, path, whole))
      .sort((a, b) => distance(a, path, value) - distance(b, path, value))
    return branches[0] ?? [{ ...issue, path }]
  })
}

const isOfOtherShape = (issue: Issue): boolean =>
  issue.path.length === 0 && (issue.code === 'invalid_type' || problemOf(issue)?.isShape === true)

/** Distance of a branch from the value: keys that it does not know or that are missing. */
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

/** `gateways:` inside `links`: one error instead of one for each key that no link has. */
function reportMisplaced(context: IssueContext): void {
  const root = context.language.schema()
  const top = keysAt(root, [])
  for (const name of top) {
    const parent = valueAt(context.value, [name])
    if (!isNamed(root, [name]) || !isMapping(parent)) continue
    const keys = Object.keys(parent)
    const at = keys.findIndex((key) => valueAt(parent, [key]) === null && top.includes(key))
    const key = keys[at]
    if (key === undefined || keys.length === at + 1) continue
    const fix = `Write \`${key}:\` at the left edge, without indentation.`
    context.reporter.at(name, key).report('key-unknown', { key, parent: name }, { on: 'key', fix })
    context.reporter.fail(key)
    for (const each of keys.slice(at)) context.reported.add(pathKey([name, each]))
  }
}

/** Whether it, or what it is part of, is reported. */
const isReported = (path: Path, { reported }: IssueContext): boolean =>
  reported.size > 0 && path.some((_, index) => reported.has(pathKey(path.slice(0, index + 1))))

const BALANCES = ['failover', 'balance']

type UnknownKeys = core.$ZodIssueUnrecognizedKeys

function reportUnknown(issue: UnknownKeys, context: IssueContext, meant: Set<string>): void {
  const path = pathOf(issue)
  const known = issue.message.split(' ')
  const parent = parentName(path, context)
  const written = valueAt(context.value, path)
  const isOfGateways = path.length === 1 && path[0] === 'default'
  if (isOfGateways && issue.keys.every((key) => suggest(key, BALANCES) === undefined)) {
    for (const key of BALANCES) meant.add(pathKey([...path, key]))
    const args = { expected: 'the name of a gateway, `none`, `failover` or `balance`', found: 'a mapping' }
    return context.reporter
      .at(...path)
      .report('type-wrong', args, { fix: fixForShape(path, written, context) })
  }
  for (const key of issue.keys) {
    const at = [...path, key]
    if (isReported(at, context)) continue
    const joined = splitAtColon(key, known)
    const isTarget = at[0] === 'targets' && at.length === 2
    const foreign = isTarget ? undefined : fixForForeignKey(key)
    const empty = emptySibling(written, key, path, context)
    if (empty !== undefined) context.reported.add(pathKey([...path, empty]))
    if (foreign !== undefined && path.length === 0) meant.add(pathKey(['version']))
    // What these hold has its place here.
    if (key === 'parameters')
      for (const child of Object.keys(valueAt(written, [key]) ?? {})) meant.add(pathKey([...path, child]))
    const guess =
      joined?.[0] ?? aliasOf(key, known) ?? (foreign === undefined ? suggest(key, known) : undefined)
    if (guess !== undefined && empty === undefined) meant.add(pathKey([...path, guess]))
    const fix =
      joined !== undefined
        ? `Put a space after the colon: \`${joined[0]}: ${shorten(joined[1])}\`.`
        : empty !== undefined
          ? `Indent it: it belongs under \`${empty}:\`.`
          : isTarget
            ? targetHint(key)
            : guess !== undefined
              ? `Did you mean \`${guess}\`?`
              : (foreign ?? `Known here: ${known.join(', ')}.`)
    const args = { key: shorten(key), parent }
    context.reporter.at(...at).report('key-unknown', args, { on: 'key', fix, alsoFails: guess })
  }
}

function reportOne(issue: Issue, context: IssueContext, meant: ReadonlySet<string>): void {
  const path = pathOf(issue)
  if (isReported(path, context)) return
  const reporter = context.reporter.at(...path)
  const value = valueAt(context.value, path)
  const key = path.at(-1)
  if (value === undefined && typeof key === 'string') {
    if (meant.has(pathKey(path))) return
    const args = { key, parent: parentName(path.slice(0, -1), context) }
    return reporter.report('key-missing', args, { on: 'key', fix: fixForMissing(path, context) })
  }
  const problem = problemOf(issue)
  if (problem !== undefined) return problem.report(reporter, context.textOf(path))
  if (issue.code === 'too_small') return reporter.report('list-empty', { what: parentName(path, context) })
  if (path.length === 0) {
    const [name, rest] = (typeof value === 'string' ? splitAtColon(value) : undefined) ?? []
    const fix = name && `Put a space after each colon: \`${name}: ${shorten(rest ?? '')}\`.`
    return reporter.report('description-not-a-mapping', { whole: context.language.whole }, { fix })
  }
  const fix =
    fixForRemoval(path, value, context) ??
    fixForShape(path, value, context) ??
    fixForIndentation(path, value, context) ??
    fixForType(wantedOf(issue), value)
  const args = { expected: issue.message, found: describeValue(value, context.textOf(path)) }
  reporter.report('type-wrong', args, { fix })
}

/** `wan1: null`, where no file that the description extends has `wan1`. */
const fixForRemoval = (path: Path, value: unknown, context: IssueContext): string | undefined =>
  value === null && typeof path.at(-1) === 'string' && valueAt(context.value, ['extends']) !== undefined
    ? 'Remove the line: null removes what an extended file has, and none has this.'
    : undefined

/** `link:wan0`: YAML asks for a space after the colon of a key. */
function splitAtColon(text: string, known?: readonly string[]): readonly [string, string] | undefined {
  const [, key, rest] = /^([a-z][a-z0-9-]*):(\S.*)$/s.exec(text) ?? []
  if (key === undefined || rest === undefined || known?.includes(key) === false) return undefined
  return [key, rest.split('\n')[0] ?? '']
}

/** For each key of a mapping, the last one above it that has nothing below it. */
const emptyKeysAbove = oncePerObject((written: object): ReadonlyMap<string, string> => {
  const found = new Map<string, string>()
  let above: string | undefined
  for (const [key, value] of Object.entries(written)) {
    if (above !== undefined) found.set(key, above)
    if (value === null) above = key
  }
  return found
})

/** The key above that has nothing below it, and whose value the misplaced key is most likely part of. */
function emptySibling(written: unknown, key: string, path: Path, context: IssueContext): string | undefined {
  if (typeof written !== 'object' || written === null) return undefined
  const above = emptyKeysAbove(written).get(key)
  if (above === undefined) return undefined
  const root = context.language.schema()
  const takes = keysAt(root, [...path, above])
  const isPart = takes.length > 0 ? takes.includes(key) : isNamed(root, [...path, above])
  return isPart && !context.reported.has(pathKey([...path, above])) ? above : undefined
}

/** `fiber:` with nothing below it, and the keys of a gateway beside it. */
function fixForIndentation(path: Path, value: unknown, context: IssueContext): string | undefined {
  const key = path.at(-1)
  const parent = valueAt(context.value, path.slice(0, -1))
  if (typeof key !== 'string' || value !== null || !isMapping(parent)) return undefined
  const root = context.language.schema()
  const takes = keysAt(root, path)
  const siblings = Object.keys(parent)
  const below = siblings
    .slice(siblings.indexOf(key) + 1)
    .filter((one) => takes.includes(one) || isNamed(root, path))
  const [first] = below
  if (first === undefined || keysAt(root, path.slice(0, -1)).includes(first)) return undefined
  for (const each of below) context.reported.add(pathKey([...path.slice(0, -1), each]))
  return `Indent the lines that belong to \`${key}:\`: \`${first}:\` must stand further to the right than it.`
}

/** Values that have another form in this language than people expect. */
function fixForShape(path: Path, value: unknown, { language }: IssueContext): string | undefined {
  const root = language.schema()
  const key = path.at(-1)
  if (path.length === 1 && key === 'default' && Array.isArray(value))
    return `Write \`default: {failover: [${value.map((entry: unknown) => textOr(entry, 'NAME')).join(', ')}]}\`, or \`balance\` with weights.`
  if (path.length === 1 && key === 'default' && typeof value === 'object' && value !== null) {
    const weights = Object.entries(value).map(([name, weight]) => `${name}: ${textOr(weight, 'WEIGHT')}`)
    return `Write \`default: {balance: {${shorten(weights.join(', '))}}}\` for shares, or \`{failover: [NAMES]}\`.`
  }
  if (isNamed(root, path) && Array.isArray(value)) {
    const [, sysctl, setting] = /^([\w./-]+)\s*=\s*(.*)$/.exec(textOr(value[0], '')) ?? []
    if (key === 'sysctls' && sysctl !== undefined)
      return `Write each as \`KEY: VALUE\`, without the \`-\`: \`${sysctl}: ${shorten(setting ?? '')}\`.`
    const names = value.map((entry: unknown) => (typeof entry === 'string' ? entry : nameIn(entry)))
    const first = names.find((name) => name !== undefined) ?? 'NAME'
    return `Write each as a key with its value, without the \`-\`: \`${shorten(first)}: {}\`.`
  }
  if (typeof value === 'string' && splitAtColon(value, keysAt(root, path)) !== undefined)
    return `Put a space after the colon: \`${value.replace(/:/, ': ')}\`.`
  if (typeof key === 'string' && ['rules', 'routes', 'nexthops'].includes(key) && !Array.isArray(value))
    return `Write a list: begin each entry with \`- \`.`
  return undefined
}

/** A scalar as text; a hostile object may not even have a prototype. */
const textOr = (value: unknown, otherwise: string): string =>
  typeof value === 'string' || typeof value === 'number' ? shorten(String(value)) : otherwise

/** In a list of mappings: their `name`, or the one key of each. */
function nameIn(entry: unknown): string | undefined {
  if (typeof entry !== 'object' || entry === null) return undefined
  const name = valueAt(entry, ['name'])
  return typeof name === 'string' ? name : Object.keys(entry)[0]
}

/** A file that others only extend has been named, or is in a folder of descriptions. */
const FIX_FOR_PART =
  'A file that is only extended needs none: check the files that extend it, and keep it outside of their folder.'

function fixForMissing(path: Path, { value, language }: IssueContext): string {
  const key = String(path.at(-1))
  const [link] = Object.keys(valueAt(value, ['links']) ?? {})
  const example: unknown =
    key === 'link' && link !== undefined ? link : shapeAt(language.schema(), path)?.examples?.[0]
  const text = typeof example === 'object' ? JSON.stringify(example).replaceAll('"', '') : String(example)
  const isPart = key === 'version' && path.length === 1 && language.whole === 'the description'
  return `Add \`${key}: ${shorten(text)}\`.${isPart ? ` ${FIX_FOR_PART}` : ''}`
}

function wantedOf(issue: Issue): Wanted {
  if (issue.code !== 'invalid_type') return 'other'
  if (issue.expected === 'object' || issue.expected === 'record') return 'mapping'
  return issue.expected === 'array' ? 'list' : 'other'
}

const pathOf = (issue: Issue): (string | number)[] =>
  issue.path.filter((segment) => typeof segment !== 'symbol')

/** `gateways.fiber`, `rules[2]`. */
const parentName = (path: Path, { language }: IssueContext): string =>
  shorten(formatPath(path, language.whole))

export function valueAt(value: unknown, path: readonly PropertyKey[]): unknown {
  let found: unknown = value
  for (const segment of path) {
    if (typeof found !== 'object' || found === null || !Object.hasOwn(found, segment)) return undefined
    found = (found as Readonly<Record<PropertyKey, unknown>>)[segment]
  }
  return found
}
