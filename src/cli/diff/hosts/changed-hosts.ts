// Hosts of a repository that a change may concern: those with the same bytes on both sides are not compiled.
import { createHash } from 'node:crypto'
import { ok, type Result } from '../../../stdlib/result.js'
import { groupBy } from '../../../stdlib/group-by.js'
import type { ReadResult } from '../../../node/read.js'
import { parseDescription, type Load } from '../../../yaml/extends.js'
import { stemOf } from '../../runtime/inputs.js'
import type { ChangedHost, DescribedHost } from './host-diff.js'
import type { Patterns, Side } from './sides.js'

export interface ChangedHosts {
  /** In the order of their paths. */
  readonly changed: readonly ChangedHost[]
  /** How many have the same bytes, and so have the files that they extend. */
  readonly equal: number
  /** Paths of all hosts. */
  readonly paths: readonly string[]
  /** Patterns without a file on both sides. */
  readonly missing: readonly string[]
}

interface Pair {
  readonly before?: string
  readonly after?: string
}

export async function changedHosts(
  [before, after]: readonly [Side, Side],
  [oldPatterns, newPatterns]: Patterns,
): Promise<Result<ChangedHosts, { readonly reason: string }>> {
  const olds = filesOf(before, oldPatterns)
  if (!olds.ok) return olds
  const news = filesOf(after, newPatterns)
  if (!news.ok) return news
  const { files: oldFiles } = olds.value
  const { files: newFiles } = news.value
  const texts = new Map<string, ReadResult>()
  for (const [index, text] of (await after.readAll(newFiles)).entries())
    texts.set(newFiles[index] ?? '', text)
  const pairs = pairsOf(oldFiles, newFiles)
  const isUnchanged = comparisonOf(before, after)
  const changed = pairs.filter((pair) => !isUnchanged(pair, texts.get(pair.after ?? '')))
  const oldPaths = changed.flatMap((pair) => (pair.after === undefined ? [] : (pair.before ?? [])))
  const oldTexts = new Map<string, ReadResult>()
  for (const [index, text] of (await before.readAll(oldPaths)).entries())
    oldTexts.set(oldPaths[index] ?? '', text)
  const described = (side: Side, path: string, text: ReadResult | undefined): DescribedHost => ({
    path,
    file: side.nameOf(path),
    text: text ?? { ok: false, reason: 'it was not read' },
  })
  return ok({
    changed: changed.map((pair) => ({
      ...(pair.before === undefined
        ? {}
        : { before: described(before, pair.before, oldTexts.get(pair.before)) }),
      ...(pair.after === undefined ? {} : { after: described(after, pair.after, texts.get(pair.after)) }),
    })),
    equal: pairs.length - changed.length,
    paths: pairs.map(pathOfPair),
    missing: newPatterns.filter((one) => news.value.missing.has(one) && !olds.value.found.has(one)),
  })
}

interface Found {
  /** Each once. */
  readonly files: readonly string[]
  /** Patterns with and without a file. */
  readonly found: ReadonlySet<string>
  readonly missing: ReadonlySet<string>
}

function filesOf(side: Side, patterns: readonly string[]): Result<Found, { readonly reason: string }> {
  const files = new Set<string>()
  const [found, missing] = [new Set<string>(), new Set<string>()]
  for (const pattern of patterns) {
    const here = side.expand(pattern)
    if (!here.ok) return here
    const list = here.value.length > 0 ? found : missing
    list.add(pattern)
    for (const file of here.value) files.add(file)
  }
  return ok({ files: [...files], found, missing })
}

const pathOfPair = ({ before, after }: Pair): string => after ?? before ?? ''

/** A host is the same under the same path; else under the same file name, if no other host has it. */
function pairsOf(olds: readonly string[], news: readonly string[]): readonly Pair[] {
  const [known, current] = [new Set(olds), new Set(news)]
  const removed = groupBy(
    olds.filter((path) => !current.has(path)),
    stemOf,
  )
  const added = groupBy(
    news.filter((path) => !known.has(path)),
    stemOf,
  )
  const movedTo = new Map<string, string>()
  for (const [stem, [old, ...others]] of removed) {
    const [now, ...more] = added.get(stem) ?? []
    if (now !== undefined && others.length === 0 && more.length === 0) movedTo.set(old, now)
  }
  const moved = new Set(movedTo.values())
  const pairs: readonly Pair[] = [
    ...olds.map((before) => {
      const after = current.has(before) ? before : movedTo.get(before)
      return after === undefined ? { before } : { before, after }
    }),
    ...news.filter((after) => !known.has(after) && !moved.has(after)).map((after) => ({ after })),
  ]
  return pairs.toSorted((a, b) => (pathOfPair(a) < pathOfPair(b) ? -1 : 1))
}

/** Whether a host has the same bytes under the same path, and all that it extends has, too. */
function comparisonOf(before: Side, after: Side): (pair: Pair, text: ReadResult | undefined) => boolean {
  let isSame = true
  const answers = new Map<string, boolean>()
  // One function for all hosts, so that a common file is parsed once.
  const load: Load = (name, from) => {
    const now = after.load(name, from)
    const path = now.ok ? now.value.file : ''
    const key = now.ok ? path : JSON.stringify([name, from])
    let answer = answers.get(key)
    if (answer === undefined) {
      const old = before.load(name, before.nameOf(pathIn(after, from)))
      answer = now.ok ? old.ok && old.value.text === now.value.text : !old.ok
      answers.set(key, answer)
    }
    isSame &&= answer
    return now
  }
  return (pair, text) => {
    const { before: old, after: now } = pair
    if (old === undefined || old !== now || text?.ok !== true) return false
    const blob = before.blobAt(old)
    const other = after.blobAt(now) ?? blobOf(text.value, blob)
    if (blob === undefined || blob !== other) return false
    if (!MAY_EXTEND.test(text.value)) return true
    isSame = true
    parseDescription(text.value, after.nameOf(now), load)
    return isSame
  }
}

/** Names in diagnostics begin with the same prefix on each side. */
const pathIn = (side: Side, name: string): string => name.slice(side.nameOf('').length)

/** No YAML has this key without one of these, escaped or not. */
const MAY_EXTEND = /extends|\\/

/** Name that git gives to a text (gitformat-loose(5)), with the hash that the repository uses. */
function blobOf(text: string, like = ''): string {
  const bytes = Buffer.from(text)
  return createHash(like.length === 64 ? 'sha256' : 'sha1')
    .update(`blob ${bytes.length}\0`)
    .update(bytes)
    .digest('hex')
}
