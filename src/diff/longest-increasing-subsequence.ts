// As many as can be of a row of numbers that rise from one to the next.

/** Places of the longest of them, in order. */
export function longestIncreasingSubsequence(numbers: readonly number[]): readonly number[] {
  /** By length: the place where the rise of that length with the lowest end ends. */
  const ends: number[] = []
  const befores: (number | undefined)[] = []
  for (const [place, number] of numbers.entries()) {
    let low = 0
    let high = ends.length
    while (low < high) {
      const middle = (low + high) >> 1
      if ((numbers[ends[middle] ?? 0] ?? 0) < number) low = middle + 1
      else high = middle
    }
    befores.push(low === 0 ? undefined : ends[low - 1])
    ends[low] = place
  }
  const subsequence: number[] = []
  for (let place = ends.at(-1); place !== undefined; place = befores[place]) subsequence.push(place)
  return subsequence.reverse()
}
