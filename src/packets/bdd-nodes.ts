// Node store of binary decision diagrams, hash-consed: equal functions have equal ids.

/**
 * Id of a function of many bits, valid in its own store. The function maps every point to a terminal. Terminal 0
 * means undefined, so functions may be partial. A set is a function with the terminals 0 and 1.
 */
export type NodeId = number

export const EMPTY: NodeId = 0
export const UNIVERSE: NodeId = 1

/** The bit of a terminal: higher than every real bit. */
export const TERMINAL = 0x7fffffff

export interface Nodes {
  /** The constant function. */
  terminal(value: number): NodeId
  /** `low` if the bit is 0, else `high`. Both must test later bits only. */
  node(bit: number, low: NodeId, high: NodeId): NodeId
  /** The bit that the root tests; TERMINAL for a terminal. */
  bitOf(diagram: NodeId): number
  /** For a terminal: its value. */
  lowOf(diagram: NodeId): NodeId
  highOf(diagram: NodeId): NodeId
  /** The number of nodes in the store. */
  size(): number
}

export const hash = (a: number, b: number, c: number): number => {
  let value = Math.imul(a, 0x9e3779b1) ^ Math.imul(b, 0x85ebca6b) ^ Math.imul(c, 0xc2b2ae35)
  value = Math.imul(value ^ (value >>> 15), 0x2c1b3c6d)
  return (value ^ (value >>> 13)) >>> 0
}

const doubled = (old: Int32Array<ArrayBuffer>): Int32Array<ArrayBuffer> => {
  const larger = new Int32Array(old.length * 2)
  larger.set(old)
  return larger
}

export function createNodes(): Nodes {
  let bits = new Int32Array(1 << 15)
  let lows = new Int32Array(1 << 15)
  let highs = new Int32Array(1 << 15)
  let count = 0
  // Open addressing: 0 marks a free slot, other values are the node id plus 1. At most half of the slots are used.
  let slots = new Int32Array(1 << 16)

  const slotOf = (bit: number, low: NodeId, high: NodeId): number => {
    let slot = hash(bit, low, high) & (slots.length - 1)
    for (;;) {
      const found = (slots[slot] ?? 0) - 1
      if (found === -1) return slot
      if (bits[found] === bit && lows[found] === low && highs[found] === high) return slot
      slot = (slot + 1) & (slots.length - 1)
    }
  }
  const grow = (): void => {
    bits = doubled(bits)
    lows = doubled(lows)
    highs = doubled(highs)
    slots = new Int32Array(slots.length * 2)
    for (let node = 0; node < count; node++)
      slots[slotOf(bits[node] ?? 0, lows[node] ?? 0, highs[node] ?? 0)] = node + 1
  }
  const intern = (bit: number, low: number, high: number): NodeId => {
    const slot = slotOf(bit, low, high)
    const found = slots[slot] ?? 0
    if (found > 0) return found - 1
    bits[count] = bit
    lows[count] = low
    highs[count] = high
    count++
    slots[slot] = count
    if (count === bits.length) grow()
    return count - 1
  }
  const terminal = (value: number): NodeId => intern(TERMINAL, value, 0)
  terminal(EMPTY)
  terminal(UNIVERSE)
  return {
    terminal,
    node: (bit, low, high) => (low === high ? low : intern(bit, low, high)),
    bitOf: (diagram) => bits[diagram] ?? TERMINAL,
    lowOf: (diagram) => lows[diagram] ?? 0,
    highOf: (diagram) => highs[diagram] ?? 0,
    size: () => count,
  }
}
