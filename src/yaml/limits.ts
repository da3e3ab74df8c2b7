// Limits of a value with its aliases expanded: size, depth, cycles.

export interface Measured {
  readonly problem?: 'cycle' | 'too-deep' | 'too-large'
  /** Where the problem shows first. */
  readonly path: readonly (string | number)[]
}

interface Extent {
  readonly values: number
  readonly depth: number
}

/** Visits each collection once, however many aliases lead to it: a few lines can expand to billions of values. */
export function measure(
  value: unknown,
  limits: { readonly values: number; readonly depth: number },
): Measured {
  const known = new Map<object, Extent>()
  const open = new Set<object>()
  const path: (string | number)[] = []
  let problem: Measured | undefined

  const visit = (node: unknown): Extent => {
    if (typeof node !== 'object' || node === null || problem !== undefined) return { values: 1, depth: 0 }
    const before = known.get(node)
    if (before !== undefined) return before
    if (open.has(node)) {
      problem = { problem: 'cycle', path: [...path] }
      return { values: 1, depth: 0 }
    }
    open.add(node)
    let values = 1
    let depth = 0
    const entries: Iterable<[string | number, unknown]> = Array.isArray(node)
      ? node.entries()
      : Object.entries(node)
    for (const [key, child] of entries) {
      path.push(key)
      const extent = visit(child)
      values += extent.values
      depth = Math.max(depth, extent.depth + 1)
      if (problem === undefined && values > limits.values) problem = { problem: 'too-large', path: [...path] }
      if (problem === undefined && depth > limits.depth) problem = { problem: 'too-deep', path: [...path] }
      path.pop()
    }
    open.delete(node)
    const extent = { values, depth }
    known.set(node, extent)
    return extent
  }
  visit(value)
  return problem ?? { path: [] }
}
