// Suggestions for mistyped words.

/**
 * The nearest candidate, or undefined when none is near: up to one slip in words of up to four letters, two in
 * those of up to eight, else three. Capitals, `-` and `_` make no difference. Of equally near ones one of the same
 * length wins (letters are swapped more often than lost), then the first.
 */
export function suggest(word: string, candidates: Iterable<string>): string | undefined {
  const wanted = fold(word)
  const limit = wanted.length <= 4 ? 1 : wanted.length <= 8 ? 2 : 3
  let best: string | undefined
  let least = limit + 1
  for (const candidate of candidates) {
    if (candidate === word) continue
    const folded = fold(candidate)
    if (Math.abs(folded.length - wanted.length) > limit) continue
    const distance = editDistance(wanted, folded)
    const rank = distance + (folded.length === wanted.length ? 0 : 0.5)
    // With as many slips as letters, each short word would match every other one.
    if (distance > limit || rank >= least || distance >= folded.length) continue
    least = rank
    best = candidate
  }
  return best
}

/** ``did you mean `addresses`?``, for a diagnostic's fix; undefined when no candidate is near. */
export function didYouMean(word: string, candidates: Iterable<string>): string | undefined {
  const found = suggest(word, candidates)
  return found === undefined ? undefined : `Did you mean \`${found}\`?`
}

const fold = (word: string): string => word.toLowerCase().replace(/[-_]/g, '')

/** Damerau–Levenshtein (optimal string alignment): insertions, deletions, changes, and swaps of neighbours. */
export function editDistance(a: string, b: string): number {
  let older: number[] = []
  let previous = Array.from({ length: b.length + 1 }, (_, column) => column)
  for (let row = 1; row <= a.length; row++) {
    const current = [row]
    for (let column = 1; column <= b.length; column++) {
      const same = a[row - 1] === b[column - 1]
      let cost = Math.min(
        (previous[column] ?? 0) + 1,
        (current[column - 1] ?? 0) + 1,
        (previous[column - 1] ?? 0) + (same ? 0 : 1),
      )
      if (row > 1 && column > 1 && a[row - 1] === b[column - 2] && a[row - 2] === b[column - 1])
        cost = Math.min(cost, (older[column - 2] ?? 0) + 1)
      current.push(cost)
    }
    older = previous
    previous = current
  }
  return previous[b.length] ?? 0
}
