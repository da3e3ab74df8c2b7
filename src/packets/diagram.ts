// What can be done with functions of many bits: cut, laid over each other, compared, searched for a point.
import { createNodes, EVERYTHING, hash, LEAF, NOTHING, type Diagram, type Nodes } from './nodes.js'

/** The bits of one point. */
export type Point = (bit: number) => boolean

export interface Diagrams extends Nodes {
  /** `inner` within the set, nothing outside. Of two sets: what both have. */
  within(set: Diagram, inner: Diagram): Diagram
  /** `inner` outside of the set, nothing in it. */
  outside(set: Diagram, inner: Diagram): Diagram
  /** The first, and where that is nothing the second. Of two sets: what either has. */
  over(first: Diagram, second: Diagram): Diagram
  /** As `over`, of many: the earlier ones come first. Neighbours are joined before what is far apart. */
  overAll(diagrams: readonly Diagram[]): Diagram
  /** Each leaf but nothing turned into another; 0 makes it nothing. */
  map(inner: Diagram, leafOf: (leaf: number) => number): Diagram
  /** A leaf for each pair of leaves; not asked where both are nothing. */
  pair(a: Diagram, b: Diagram, leafOf: (a: number, b: number) => number): Diagram
  /** A point that all of the sets have, its bits 0 where either would do; undefined where there is none. Builds nothing. */
  find(sets: readonly Diagram[]): Point | undefined
  /** The leaf at a point. */
  at(inner: Diagram, point: Point): number
  /** All leaves but nothing, by number. */
  leavesOf(inner: Diagram): readonly number[]
}

type Settle = (a: Diagram, b: Diagram) => Diagram

/** Not settled by the two alone: their halves are asked. */
const OPEN = -1

/** Thrown where functions become too large to be laid over each other in time. */
export const TOO_MANY_STEPS = new Error('these sets of packets take too long to compute')

const settleWithin: Settle = (set, inner) =>
  set === NOTHING || inner === NOTHING ? NOTHING : set === EVERYTHING || set === inner ? inner : OPEN
const settleOutside: Settle = (set, inner) =>
  set === EVERYTHING || inner === NOTHING || set === inner ? NOTHING : set === NOTHING ? inner : OPEN

/** `most`: steps that all of it may cost, tens of nanoseconds each; beyond them TOO_MANY_STEPS is thrown. */
export function createDiagrams(most = Infinity): Diagrams {
  const nodes = createNodes()
  const { node, bitOf, lowOf, highOf, leaf } = nodes
  const settleOver: Settle = (first, second) =>
    first === NOTHING
      ? second
      : second === NOTHING || first === second || bitOf(first) === LEAF
        ? first
        : OPEN
  const low = (diagram: Diagram, bit: number): Diagram => (bitOf(diagram) === bit ? lowOf(diagram) : diagram)
  const high = (diagram: Diagram, bit: number): Diagram =>
    bitOf(diagram) === bit ? highOf(diagram) : diagram

  // Results lately found: one place for each, so that a newer one drives an older one out.
  let cache = new Int32Array(1 << 14)
  let steps = 0
  const combining = (operation: number, settle: Settle) => {
    const walk = (a: Diagram, b: Diagram): Diagram => {
      const settled = settle(a, b)
      if (settled !== OPEN) return settled
      if (++steps > most) throw TOO_MANY_STEPS
      const key = a * 4 + operation
      const place = (hash(a, b, operation) << 2) & (cache.length - 1)
      if (cache[place] === key && cache[place + 1] === b) return cache[place + 2] ?? NOTHING
      const bit = Math.min(bitOf(a), bitOf(b))
      const result = node(bit, walk(low(a, bit), low(b, bit)), walk(high(a, bit), high(b, bit)))
      cache[place] = key
      cache[place + 1] = b
      cache[place + 2] = result
      return result
    }
    return (a: Diagram, b: Diagram): Diagram => {
      if (nodes.size() * 4 > cache.length && cache.length < 1 << 23) cache = new Int32Array(cache.length * 4)
      return walk(a, b)
    }
  }
  const within = combining(1, settleWithin)
  const outside = combining(2, settleOutside)
  const over = combining(3, settleOver)

  const overAll = (diagrams: readonly Diagram[]): Diagram => {
    const [first, second] = diagrams
    if (first === undefined) return NOTHING
    if (second === undefined) return first
    const middle = diagrams.length >> 1
    return over(overAll(diagrams.slice(0, middle)), overAll(diagrams.slice(middle)))
  }

  const map = (inner: Diagram, leafOf: (value: number) => number): Diagram => {
    const done = new Map<Diagram, Diagram>([[NOTHING, NOTHING]])
    const walk = (diagram: Diagram): Diagram => {
      const known = done.get(diagram)
      if (known !== undefined) return known
      const bit = bitOf(diagram)
      const result =
        bit === LEAF ? leaf(leafOf(lowOf(diagram))) : node(bit, walk(lowOf(diagram)), walk(highOf(diagram)))
      done.set(diagram, result)
      return result
    }
    return walk(inner)
  }

  const pair = (one: Diagram, other: Diagram, leafOf: (a: number, b: number) => number): Diagram => {
    const done = new Map<number, Diagram>()
    const walk = (a: Diagram, b: Diagram): Diagram => {
      if (a === NOTHING && b === NOTHING) return NOTHING
      const key = a * 0x4000000 + b
      const known = done.get(key)
      if (known !== undefined) return known
      const bit = Math.min(bitOf(a), bitOf(b))
      const result =
        bit === LEAF
          ? leaf(leafOf(lowOf(a), lowOf(b)))
          : node(bit, walk(low(a, bit), low(b, bit)), walk(high(a, bit), high(b, bit)))
      done.set(key, result)
      return result
    }
    return walk(one, other)
  }

  const find = (sets: readonly Diagram[]): Point | undefined => {
    const ones = new Set<number>()
    const inVain = new Set<string>()
    // A set alone always has a point: it is not nothing.
    const walk = (asked: readonly Diagram[]): boolean => {
      const open = asked.filter((set) => bitOf(set) !== LEAF)
      if (open.length === 0) return true
      if (inVain.size > 0 && inVain.has(open.join(' '))) return false
      let bit = LEAF
      for (const set of open) bit = Math.min(bit, bitOf(set))
      const lows = halves(open, bit, lowOf)
      if (lows !== undefined && walk(lows)) return true
      const highs = halves(open, bit, highOf)
      if (highs !== undefined) {
        ones.add(bit)
        if (walk(highs)) return true
        ones.delete(bit)
      }
      inVain.add(open.join(' '))
      return false
    }
    return !sets.includes(NOTHING) && walk(sets) ? (bit) => ones.has(bit) : undefined
  }
  /** undefined where one of them is nothing. */
  const halves = (
    sets: readonly Diagram[],
    bit: number,
    halfOf: (diagram: Diagram) => Diagram,
  ): readonly Diagram[] | undefined => {
    const found: Diagram[] = []
    for (const set of sets) {
      const half = bitOf(set) === bit ? halfOf(set) : set
      if (half === NOTHING) return undefined
      found.push(half)
    }
    return found
  }

  const at = (inner: Diagram, point: Point): number => {
    let diagram = inner
    while (bitOf(diagram) !== LEAF) diagram = point(bitOf(diagram)) ? highOf(diagram) : lowOf(diagram)
    return lowOf(diagram)
  }

  const leavesOf = (inner: Diagram): readonly number[] => {
    const found: number[] = []
    map(inner, (value) => {
      found.push(value)
      return value
    })
    return found.sort((a, b) => a - b)
  }

  return { ...nodes, within, outside, over, overAll, map, pair, find, at, leavesOf }
}
