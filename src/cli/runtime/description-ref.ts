// Which description does a word name where two are compared: a file, standard input, or a file of a git revision?
import { readInput, STDIN, unreadable, type Input } from './inputs.js'
import type { Host } from './host.js'
import type { Read } from '../trace/packets.js'

export type Described =
  | { readonly kind: 'file'; readonly path: string }
  /** An empty revision is the index: what is staged. */
  | { readonly kind: 'git'; readonly revision: string; readonly path: string }

const GIT = 'git:'

/** Both words at once: one may borrow the other’s path, as in `git:HEAD: host.yaml`. */
export function readDescribed(old: string, now: string): Read<readonly [Described, Described]> {
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
  return { ok: true, value: text }
}

function readWord(word: string): Read<Described> {
  if (!word.startsWith(GIT)) return { ok: true, value: { kind: 'file', path: word } }
  const rest = word.slice(GIT.length)
  const end = endOfRevision(rest)
  if (end === -1)
    return { ok: false, problem: `${word} has no path: write git:REV:PATH, as in git:HEAD:host.yaml` }
  return { ok: true, value: { kind: 'git', revision: rest.slice(0, end), path: rest.slice(end + 1) } }
}

/** The first colon outside of braces, as git reads it: `HEAD^{/fix: mail}:host.yaml`. */
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

export async function readOne(one: Described, io: Host): Promise<Input> {
  if (one.kind === 'file') return readInput(one.path, io)
  const file = `${GIT}${one.revision}:${one.path}`
  const outcome = await io.readRevision(one.revision, one.path)
  return outcome.ok ? { file, text: outcome.text, unreadable: [] } : unreadable(file, outcome)
}
