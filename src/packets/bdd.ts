// What can be done with functions of many bits: cut, laid over each other, compared, searched for a point.
import { createNodes, UNIVERSE, hash, TERMINAL, EMPTY, type NodeId, type Nodes } from './bdd-nodes.js'

/** The bits of one point. */
export type Point = (bit: number) => boolean

export interface Diagrams extends Nodes {
  /** `inner` within the set, nothing outside. Of two sets: what both have. */
  restrict(set: NodeId, inner: NodeId): NodeId
  /** `inner` outside of the set, nothing in it. */
  subtract(set: NodeId, inner: NodeId): NodeId
  /** The first, and where that is nothing the second. Of two sets: what either has. */
  orElse(first: NodeId, second: NodeId): NodeId
  /** As `over`, of many: the earlier ones come first. Neighbours are joined before what is far apart. */
  orElseAll(diagrams: readonly NodeId[]): NodeId
  /** Each leaf but nothing turned into another; 0 makes it nothing. */
  mapTerminals(inner: NodeId, mapValue: (leaf: number) => number): NodeId
  /** A leaf for each pair of leaves; not asked where both are nothing. */
  apply2(a: NodeId, b: NodeId, mapValue: (a: number, b: number) => number): NodeId
  /** A point that all of the sets have, its bits 0 where either would do; undefined where there is none. Builds nothing. */
  pickPoint(sets: readonly NodeId[]): Point | undefined
  /** The leaf at a point. */
  evaluate(inner: NodeId, point: Point): number
  /** All leaves but nothing, by number. */
  terminalsOf(inner: NodeId): readonly number[]
}

type BaseCase = (a: NodeId, b: NodeId) => NodeId

/** Not settled by the two alone: their halves are asked. */
const RECURSE = -1

/** Thrown where functions become too large to be laid over each other in time. */
export const TOO_MANY_STEPS = new Error('these sets of packets take too long to compute')

const restrictBase: BaseCase = (set, inner) =>
  set === EMPTY || inner === EMPTY ? EMPTY : set === UNIVERSE || set === inner ? inner : RECURSE
const subtractBase: BaseCase = (set, inner) =>
  set === UNIVERSE || inner === EMPTY || set === inner ? EMPTY : set === EMPTY ? inner : RECURSE

/** `most`: steps that all of it may cost, tens of nanoseconds each; beyond them TOO_MANY_STEPS is thrown. */
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

  // Results lately found: one place for each, so that a newer one drives an older one out.
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
    // A set alone always has a point: it is not nothing.
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
  /** undefined where one of them is nothing. */
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
