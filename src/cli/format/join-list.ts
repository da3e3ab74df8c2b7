// How do many words stand in one sentence?

/** So many stand in a sentence. */
const MAX_LISTED = 4

/** `a`, `a or b`, `a, b or c`; of many the first, and how many there are beside them. */
export function joinList(words: readonly string[], joint: 'and' | 'or'): string {
  const shown =
    words.length <= MAX_LISTED
      ? words
      : [...words.slice(0, MAX_LISTED - 1), `${words.length - MAX_LISTED + 1} others`]
  return shown.length < 2 ? shown.join('') : `${shown.slice(0, -1).join(', ')} ${joint} ${shown.at(-1) ?? ''}`
}
