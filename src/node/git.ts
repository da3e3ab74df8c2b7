// Text of a file at a Git revision. git is run without a shell.
import { spawnSync } from 'node:child_process'
import { statSync } from 'node:fs'
import { dirname, join, relative, resolve } from 'node:path'
import { decodeText, MAX_DESCRIPTION_BYTES, type ReadResult } from './read.js'
import { errnoOf, reasonOf } from './errno-text.js'

/**
 * `path` is relative to the current folder, and its folder determines the repository. Symbolic links within a commit are
 * followed. `revision` is a commit or tree (gitrevisions(7)); an empty one is the index, i.e. what is staged.
 */
export function readRevision(revision: string, path: string): ReadResult {
  if (revision.startsWith('-') || /[\0\n]/.test(revision)) return no(`\`${revision}\` is no revision`)
  if (/[\0\n]/.test(path)) return no('git cannot be asked for a name with a line break')
  const file = resolve(path)
  const folder = folderFor(file)
  const place = git(['rev-parse', '--show-prefix'], folder)
  if (place.code !== 0) return no(place.reason)
  const full = join(place.stdout.toString().replace(/\n$/, ''), relative(folder, file))
  const tree = revision === '' ? ':0' : treeOf(revision, folder)
  if (tree === undefined)
    return no(
      `git knows no revision \`${revision}\` there; fix: fetch the branch of a remote first; a shallow clone has no history`,
    )
  const answer = git(['cat-file', '--batch', '--follow-symlinks'], folder, `${tree}:${full}\n`)
  if (answer.code !== 0) return no(answer.reason)
  const [, head = '', kind, size] =
    /^([0-9a-f]+ (\w+) (\d+)\n)/.exec(answer.stdout.toString('latin1', 0, 200)) ?? []
  if (kind === 'tree') return no('it is a directory')
  if (kind !== 'blob') {
    const reason = revision === '' ? 'it is not staged' : `\`${revision}\` has no such file`
    return { ok: false, reason, isMissing: true }
  }
  const bytes = Number(size)
  if (bytes > MAX_DESCRIPTION_BYTES) return { ok: false, bytes, limit: MAX_DESCRIPTION_BYTES }
  return decodeText(answer.stdout.subarray(head.length, head.length + bytes), MAX_DESCRIPTION_BYTES)
}

const no = (reason: string): ReadResult => ({ ok: false, reason })

/** The nearest existing folder: that of the revision may have been removed. */
function folderFor(file: string): string {
  // GIT_DIR, as a hook has it, may be relative to the current folder.
  if (process.env['GIT_DIR'] !== undefined) return process.cwd()
  let folder = dirname(file)
  while (statSync(folder, { throwIfNoEntry: false })?.isDirectory() !== true && folder !== dirname(folder))
    folder = dirname(folder)
  return folder
}

/** Its id; undefined for anything other than one commit or tree. */
function treeOf(revision: string, folder: string): string | undefined {
  const { stdout } = git(['rev-parse', '--verify', '--quiet', `${revision}^{tree}`], folder)
  return /^[0-9a-f]{40,64}$/.exec(stdout.toString().trimEnd())?.[0]
}

interface Answer {
  /** Exit status. */
  readonly code: number
  readonly stdout: Buffer
  /** Why there is no answer. */
  readonly reason: string
}

/**
 * The repository may be hostile, and its configuration names programs: for the index (fsmonitor), hooks, a pager, and
 * transports that fetch a missing object of a partial clone. Filters and textconv are not used by `cat-file --batch`.
 */
const OVERRIDES = ['--no-pager', '-c', 'core.fsmonitor=false', '-c', 'core.hooksPath=/dev/null']

/** git before 2.45 does not know GIT_NO_LAZY_FETCH; without a protocol it starts no transport. Replacements show another content than that of the commit. */
const WITHOUT_PROGRAMS = {
  GIT_NO_LAZY_FETCH: '1',
  GIT_ALLOW_PROTOCOL: 'none',
  GIT_NO_REPLACE_OBJECTS: '1',
  GIT_OPTIONAL_LOCKS: '0',
}

function git(args: readonly string[], cwd: string, input = ''): Answer {
  const env = { ...process.env, ...WITHOUT_PROGRAMS, LC_ALL: 'C' }
  // Of a larger file only the head is needed, which contains its size.
  const maxBuffer = MAX_DESCRIPTION_BYTES + 1024
  const { error, status, stdout, stderr } = spawnSync('git', [...OVERRIDES, ...args], {
    cwd,
    env,
    input: Buffer.from(input),
    maxBuffer,
  })
  const errno = error === undefined ? undefined : errnoOf(error)
  if (error === undefined || errno === 'ENOBUFS')
    return { code: errno === undefined ? (status ?? 1) : 0, stdout, reason: reasonIn(stderr.toString()) }
  if (errno === undefined) throw error
  const reason = errno === 'ENOENT' ? 'git is not installed' : reasonOf(error)
  return { code: 127, stdout: Buffer.alloc(0), reason }
}

function reasonIn(stderr: string): string {
  if (stderr.includes('not a git repository')) return 'it is in no git repository'
  if (stderr.includes('dubious ownership'))
    return 'its git repository belongs to another user; fix: add it to safe.directory of git-config(1)'
  return `git reports: ${stderr.trim().split('\n')[0] ?? ''}`
}
