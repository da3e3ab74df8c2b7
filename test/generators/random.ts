// Seeded random number generator.

export interface Random {
  /** From 0 up to but not including 1. */
  random(): number
  chance(share: number): boolean
  pick<T>(list: readonly T[]): T | undefined
}

/** mulberry32. */
export function createRandom(seed: number): Random {
  let state = seed
  const random = (): number => {
    state = (state + 0x6d2b79f5) | 0
    let value = Math.imul(state ^ (state >>> 15), 1 | state)
    value = (value + Math.imul(value ^ (value >>> 7), 61 | value)) ^ value
    return ((value ^ (value >>> 14)) >>> 0) / 4294967296
  }
  return {
    random,
    chance: (share) => random() < share,
    pick: (list) => list[Math.floor(random() * list.length)],
  }
}
