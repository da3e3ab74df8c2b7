// Which thing of one list is which of another: by the strictest likeness first, each at most once.
import type { Change } from './difference.js'

export interface Pair<T> {
  readonly before?: T
  readonly after?: T
  /** They are alike in the strictest way. */
  readonly isSame?: true
}

/**
 * Each likeness gives the text that two things must share; of several alike the first is paired with the first. In the
 * order of `after`; what only `before` has stands behind what it stood behind there.
 */
export function pairUp<T>(
  before: readonly T[],
  after: readonly T[],
  likenesses: readonly ((one: T) => string)[],
): readonly Pair<T>[] {
  const partners = new Map<number, number>()
  const same = new Set<number>()
  let olds = [...before.keys()]
  let news = [...after.keys()]
  for (const [strictness, likeness] of likenesses.entries()) {
    if (olds.length === 0 || news.length === 0) break
    const waiting = new Map<string, number[]>()
    for (const index of olds) {
      const one = before[index]
      if (one === undefined) continue
      const key = likeness(one)
      const others = waiting.get(key)
      if (others === undefined) waiting.set(key, [index])
      else others.push(index)
    }
    const taken = new Set<number>()
    const places = new Map<string, number>()
    news = news.filter((index) => {
      const one = after[index]
      if (one === undefined) return false
      const key = likeness(one)
      const place = places.get(key) ?? 0
      const old = waiting.get(key)?.[place]
      if (old === undefined) return true
      places.set(key, place + 1)
      taken.add(old)
      partners.set(old, index)
      if (strictness === 0) same.add(index)
      return false
    })
    olds = olds.filter((index) => !taken.has(index))
  }
  return inOrder(before, after, partners, same)
}

function inOrder<T>(
  before: readonly T[],
  after: readonly T[],
  partners: ReadonlyMap<number, number>,
  same: ReadonlySet<number>,
): readonly Pair<T>[] {
  const lone = new Map<number, Pair<T>[]>()
  let last = -1
  for (const [index, one] of before.entries()) {
    const partner = partners.get(index)
    if (partner !== undefined) last = partner
    else lone.set(last, [...(lone.get(last) ?? []), { before: one }])
  }
  const olds = new Map([...partners].map(([old, index]) => [index, before[old]]))
  return [
    ...(lone.get(-1) ?? []),
    ...after.flatMap((one, index): Pair<T>[] => {
      const old = olds.get(index)
      const pair = {
        ...(old === undefined ? {} : { before: old }),
        after: one,
        ...(same.has(index) ? { isSame: true as const } : {}),
      }
      return [pair, ...(lone.get(index) ?? [])]
    }),
  ]
}

/** What is on one side alone is told as it is; `told` says what became of the others. */
export const changesOf = <T>(
  pairs: readonly Pair<T>[],
  told: (before: T, after: T, isSame: boolean) => readonly Change<T>[],
): readonly Change<T>[] =>
  pairs.flatMap(({ before, after, isSame = false }): readonly Change<T>[] => {
    if (before === undefined) return after === undefined ? [] : [{ kind: 'added', after }]
    return after === undefined ? [{ kind: 'removed', before }] : told(before, after, isSame)
  })
