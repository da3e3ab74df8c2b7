// Operations on binary decision diagrams.
import { createNodes, UNIVERSE, hash, TERMINAL, EMPTY, type NodeId, type Nodes } from './bdd-nodes.js'

/** The value of each bit. */
export type Point = (bit: number) => boolean

export interface Diagrams extends Nodes {
  /** `inner` inside the set, undefined outside. For two sets: their intersection. */
  restrict(set: NodeId, inner: NodeId): NodeId
  /** `inner` outside the set, undefined inside. */
  subtract(set: NodeId, inner: NodeId): NodeId
  /** `first`, or `second` where `first` is undefined. For two sets: their union. */
  orElse(first: NodeId, second: NodeId): NodeId
  /** `orElse` of a list. Combines neighbours first, which keeps intermediate results small. */
  orElseAll(diagrams: readonly NodeId[]): NodeId
  /** Replaces each terminal except 0. */
  mapTerminals(inner: NodeId, mapValue: (leaf: number) => number): NodeId
  /** Combines two functions pointwise. Skips the points where both are undefined. */
  apply2(a: NodeId, b: NodeId, mapValue: (a: number, b: number) => number): NodeId
  /** The lowest point that is in all of the sets; undefined if there is none. Creates no nodes. */
  pickPoint(sets: readonly NodeId[]): Point | undefined
  /** The terminal at a point. */
  evaluate(inner: NodeId, point: Point): number
  /** All terminals except 0, in ascending order. */
  terminalsOf(inner: NodeId): readonly number[]
}

type BaseCase = (a: NodeId, b: NodeId) => NodeId

/** No base case: recurse into both halves. */
const RECURSE = -1

/** Thrown when the operations exceed their limit of steps. */
export const TOO_MANY_STEPS = new Error('these sets of packets take too long to compute')

const restrictBase: BaseCase = (set, inner) =>
  set === EMPTY || inner === EMPTY ? EMPTY : set === UNIVERSE || set === inner ? inner : RECURSE
const subtractBase: BaseCase = (set, inner) =>
  set === UNIVERSE || inner === EMPTY || set === inner ? EMPTY : set === EMPTY ? inner : RECURSE

/** Throws TOO_MANY_STEPS after `maxSteps` steps of some ten nanoseconds each, counted over all operations. */
export function createDiagrams(maxSteps = Infinity): Diagrams {
  const nodes = createNodes()
  const { node, bitOf, lowOf, highOf, terminal } = nodes
  const orElseBase: BaseCase = (first, second) =>
    first === EMPTY
      ? second
      : second === EMPTY || first === second || bitOf(first) === TERMINAL
        ? first
        : RECURSE
  const low = (diagram: NodeId, bit: number): NodeId => (bitOf(diagram) === bit ? lowOf(diagram) : diagram)
  const high = (diagram: NodeId, bit: number): NodeId => (bitOf(diagram) === bit ? highOf(diagram) : diagram)

  // Direct-mapped cache of results: a new result replaces the old one in its slot.
  let cache = new Int32Array(1 << 14)
  let steps = 0
  const createOperation = (operation: number, baseCase: BaseCase) => {
    const walk = (a: NodeId, b: NodeId): NodeId => {
      const direct = baseCase(a, b)
      if (direct !== RECURSE) return direct
      if (++steps > maxSteps) throw TOO_MANY_STEPS
      const key = a * 4 + operation
      const slot = (hash(a, b, operation) << 2) & (cache.length - 1)
      if (cache[slot] === key && cache[slot + 1] === b) return cache[slot + 2] ?? EMPTY
      const bit = Math.min(bitOf(a), bitOf(b))
      const result = node(bit, walk(low(a, bit), low(b, bit)), walk(high(a, bit), high(b, bit)))
      cache[slot] = key
      cache[slot + 1] = b
      cache[slot + 2] = result
      return result
    }
    return (a: NodeId, b: NodeId): NodeId => {
      if (nodes.size() * 4 > cache.length && cache.length < 1 << 23) cache = new Int32Array(cache.length * 4)
      return walk(a, b)
    }
  }
  const restrict = createOperation(1, restrictBase)
  const subtract = createOperation(2, subtractBase)
  const orElse = createOperation(3, orElseBase)

  const orElseAll = (diagrams: readonly NodeId[]): NodeId => {
    const [first, second] = diagrams
    if (first === undefined) return EMPTY
    if (second === undefined) return first
    const middle = diagrams.length >> 1
    return orElse(orElseAll(diagrams.slice(0, middle)), orElseAll(diagrams.slice(middle)))
  }

  const mapTerminals = (inner: NodeId, mapValue: (value: number) => number): NodeId => {
    const done = new Map<NodeId, NodeId>([[EMPTY, EMPTY]])
    const walk = (diagram: NodeId): NodeId => {
      const known = done.get(diagram)
      if (known !== undefined) return known
      const bit = bitOf(diagram)
      const result =
        bit === TERMINAL
          ? terminal(mapValue(lowOf(diagram)))
          : node(bit, walk(lowOf(diagram)), walk(highOf(diagram)))
      done.set(diagram, result)
      return result
    }
    return walk(inner)
  }

  const apply2 = (one: NodeId, other: NodeId, mapValue: (a: number, b: number) => number): NodeId => {
    const done = new Map<number, NodeId>()
    const walk = (a: NodeId, b: NodeId): NodeId => {
      if (a === EMPTY && b === EMPTY) return EMPTY
      const key = a * 0x4000000 + b
      const known = done.get(key)
      if (known !== undefined) return known
      const bit = Math.min(bitOf(a), bitOf(b))
      const result =
        bit === TERMINAL
          ? terminal(mapValue(lowOf(a), lowOf(b)))
          : node(bit, walk(low(a, bit), low(b, bit)), walk(high(a, bit), high(b, bit)))
      done.set(key, result)
      return result
    }
    return walk(one, other)
  }

  const pickPoint = (sets: readonly NodeId[]): Point | undefined => {
    const ones = new Set<number>()
    const deadEnds = new Set<string>()
    // A single set always has a point here, since EMPTY is excluded.
    const walk = (asked: readonly NodeId[]): boolean => {
      const pending = asked.filter((set) => bitOf(set) !== TERMINAL)
      if (pending.length === 0) return true
      if (deadEnds.size > 0 && deadEnds.has(pending.join(' '))) return false
      let bit = TERMINAL
      for (const set of pending) bit = Math.min(bit, bitOf(set))
      const lows = halves(pending, bit, lowOf)
      if (lows !== undefined && walk(lows)) return true
      const highs = halves(pending, bit, highOf)
      if (highs !== undefined) {
        ones.add(bit)
        if (walk(highs)) return true
        ones.delete(bit)
      }
      deadEnds.add(pending.join(' '))
      return false
    }
    return !sets.includes(EMPTY) && walk(sets) ? (bit) => ones.has(bit) : undefined
  }
  /** undefined if one half is EMPTY. */
  const halves = (
    sets: readonly NodeId[],
    bit: number,
    halfOf: (diagram: NodeId) => NodeId,
  ): readonly NodeId[] | undefined => {
    const found: NodeId[] = []
    for (const set of sets) {
      const half = bitOf(set) === bit ? halfOf(set) : set
      if (half === EMPTY) return undefined
      found.push(half)
    }
    return found
  }

  const evaluate = (inner: NodeId, point: Point): number => {
    let diagram = inner
    while (bitOf(diagram) !== TERMINAL) diagram = point(bitOf(diagram)) ? highOf(diagram) : lowOf(diagram)
    return lowOf(diagram)
  }

  const terminalsOf = (inner: NodeId): readonly number[] => {
    const found: number[] = []
    mapTerminals(inner, (value) => {
      found.push(value)
      return value
    })
    return found.sort((a, b) => a - b)
  }

  return {
    ...nodes,
    restrict,
    subtract,
    orElse,
    orElseAll,
    mapTerminals,
    apply2,
    pickPoint,
    evaluate,
    terminalsOf,
  }
}
