// The two sides of a repository: a revision, and the working tree or another revision.
import type { ReadResult } from '../../../node/read.js'
import type { Revision } from '../../../node/git.js'
import { staticRoot } from '../../../node/glob.js'
import { memoize } from '../../../stdlib/memoize.js'
import { ok, type Result } from '../../../stdlib/result.js'
import { loadWith } from '../../../node/load.js'
import type { Load } from '../../../yaml/extends.js'
import type { Host } from '../../runtime/host.js'

export interface Side {
  /** `HEAD`, `the working tree`. */
  readonly title: string
  /** Name of a file in diagnostics: `git:HEAD:hosts/gw1.yaml`. */
  readonly nameOf: (path: string) => string
  readonly expand: (pattern: string) => Result<readonly string[], Failure>
  readonly readAll: (paths: readonly string[]) => Promise<readonly ReadResult[]>
  readonly load: Load
  /** Name of the blob of a file that `expand` returned; undefined if only its text tells. */
  readonly blobAt: (path: string) => string | undefined
}

/** Revisions; without `now` the working tree. Plain data, for threads. */
export interface Sides {
  readonly old: string
  /** `old` as it is printed. */
  readonly oldTitle: string
  readonly now: string | undefined
}

/** Of both sides. */
export type Patterns = readonly [readonly string[], readonly string[]]

interface Failure {
  readonly reason: string
}

/**
 * `A`: the working tree since that revision. `A..B`: from one to the other. `A...B`: to B from where both parted, which is
 * what a pull request changes. An empty A or B is HEAD, as for git. `near` is in the repository.
 */
export async function readSides(word: string, near: string, io: Host): Promise<Result<Sides, Failure>> {
  const [, old = '', dots, now = ''] = /^((?:[^.{]|\.(?!\.)|\{[^}]*\})*)(\.{2,3})(.*)$/s.exec(word) ?? []
  if (dots === undefined) return ok({ old: word, oldTitle: word, now: undefined })
  const [a, b] = [old || 'HEAD', now || 'HEAD']
  if (dots === '..') return ok({ old: a, oldTitle: a, now: b })
  const base = await io.mergeBase(a, b, pathIn(near))
  if (!base.ok) return base
  return ok({
    old: base.value,
    oldTitle: `${a} (where ${b} parted from it: ${base.value.slice(0, 12)})`,
    now: b,
  })
}

export async function openSides(
  { old, oldTitle, now }: Sides,
  near: string,
  io: Host,
): Promise<Result<readonly [Side, Side], Failure>> {
  const before = await io.openRevision(old, pathIn(near))
  if (!before.ok) return before
  if (now === undefined) return ok([revisionSide(old, before.value, oldTitle), workingTree(io)])
  const after = await io.openRevision(now, pathIn(near))
  return after.ok ? ok([revisionSide(old, before.value, oldTitle), revisionSide(now, after.value)]) : after
}

/** A path in the folder of a pattern. */
const pathIn = (pattern: string): string => `${staticRoot(pattern)}/x`

const revisionSide = (revision: string, files: Revision, title = revision): Side => {
  const prefix = `git:${revision}:`
  return {
    title,
    nameOf: (path) => `${prefix}${path}`,
    expand: files.expand,
    readAll: async (paths) => files.readAll(paths),
    load: loadWith(memoize(files.read), { prefix }),
    blobAt: files.blobAt,
  }
}

const workingTree = (io: Host): Side => ({
  title: 'the working tree',
  nameOf: (path) => path,
  expand: (pattern) => ok(io.expand(pattern).filter(io.isFile)),
  readAll: async (paths) => Promise.all(paths.map((path) => io.read(path))),
  load: io.load,
  blobAt: () => undefined,
})
