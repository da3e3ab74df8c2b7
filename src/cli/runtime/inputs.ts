// Descriptions that the command line names: files, patterns, standard input, files of Git revisions.
import { escapeName } from '../../diagnostics/sanitize.js'
import { createReporter } from '../../diagnostics/reporter.js'
import { ok, type Result } from '../../stdlib/result.js'
import { NOT_UTF8, type ReadFailure, type ReadResult } from '../../node/read.js'
import type { Load } from '../../yaml/extends.js'
import type { Findings } from './findings.js'
import type { Host } from './host.js'

/** The path that `-` on the command line means. */
export const STDIN = '/dev/stdin'

/** Name of standard input without `--stdin-name`. */
export const STDIN_NAME = 'stdin'

/** Why `--stdin-name` is wrong usage; undefined if it is not. */
export function stdinNameProblem(args: {
  readonly files: readonly string[]
  readonly 'stdin-name': string | undefined
}): string | undefined {
  return args['stdin-name'] === undefined || args.files.includes(STDIN)
    ? undefined
    : '--stdin-name names standard input, which is not read: add - to the files'
}

/** One file, not a pattern or folder. */
export const readInput = async (
  file: string,
  io: Pick<Host, 'read'>,
  stdinName = STDIN_NAME,
): Promise<Findings> => inputOf(file === STDIN ? stdinName : file, await io.read(file))

/** The text of `file`, as named on the command line, or the diagnostic that says why there is none. */
export const inputOf = (file: string, outcome: ReadResult): Findings =>
  outcome.ok ? { file: escapeName(file), text: outcome.value, diagnostics: [] } : unreadable(file, outcome)

export function unreadable(named: string, failure: ReadFailure): Findings {
  const file = escapeName(named)
  const reporter = createReporter()
  if ('reason' in failure)
    reporter.report(
      'file-unreadable',
      { file, reason: failure.reason },
      failure.reason === NOT_UTF8 ? { fix: 'Convert it: iconv -f LATIN1 -t UTF-8 FILE > NEW' } : {},
    )
  else reporter.report('file-too-large', { bytes: failure.bytes, limit: failure.limit })
  return { file, text: undefined, diagnostics: reporter.diagnostics }
}

/** `hosts/gw1.example.yaml` → `gw1.example`: the value of `{host}`. */
export function stemOf(file: string): string {
  const name = file.slice(file.lastIndexOf('/') + 1)
  return name.replace(/\.(ya?ml|json)$/i, '')
}

/** A description that `diff` compares. */
export type Described =
  | { readonly kind: 'file'; readonly path: string }
  /** An empty revision is the index, i.e. what is staged. */
  | { readonly kind: 'git'; readonly revision: string; readonly path: string }

const GIT = 'git:'

/** Both at once, because one may have the path of the other, as in `git:HEAD: host.yaml`. */
export function readDescribed(old: string, now: string): Result<readonly [Described, Described]> {
  if (old === STDIN && now === STDIN)
    return { ok: false, problem: 'standard input can be one of the two descriptions, not both' }
  const before = readWord(old)
  const after = readWord(now)
  if (!before.ok) return before
  if (!after.ok) return after
  const text: [Described, Described] = [
    withPathOf(before.value, after.value),
    withPathOf(after.value, before.value),
  ]
  const pathless = [old, now].find((_, index) => text[index]?.path === '')
  if (pathless !== undefined)
    return { ok: false, problem: `${pathless} takes its path from the other description, which has none` }
  return ok(text)
}

function readWord(word: string): Result<Described> {
  if (!word.startsWith(GIT)) return ok({ kind: 'file', path: word })
  const rest = word.slice(GIT.length)
  const end = endOfRevision(rest)
  if (end === -1)
    return { ok: false, problem: `${word} has no path: write git:REV:PATH, as in git:HEAD:host.yaml` }
  return ok({ kind: 'git', revision: rest.slice(0, end), path: rest.slice(end + 1) })
}

/** The first colon outside of braces, as git parses it: `HEAD^{/fix: mail}:host.yaml`. */
function endOfRevision(text: string): number {
  let depth = 0
  for (let index = 0; index < text.length; index++) {
    const sign = text[index]
    if (sign === '{') depth++
    else if (sign === '}' && depth > 0) depth--
    else if (sign === ':' && depth === 0) return index
  }
  return -1
}

const withPathOf = (one: Described, other: Described): Described =>
  one.kind === 'git' && one.path === '' && other.path !== STDIN ? { ...one, path: other.path } : one

export async function readOne(one: Described, io: Host): Promise<{ input: Findings; load: Load }> {
  if (one.kind === 'file') return { input: await readInput(one.path, io), load: io.load }
  const { revision, path } = one
  const prefix = `${GIT}${revision}:`
  return {
    input: inputOf(`${prefix}${path}`, await io.readRevision(revision, path)),
    load: await io.loadRevision(revision, prefix),
  }
}
