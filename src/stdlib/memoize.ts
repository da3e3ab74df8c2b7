// Results that are computed once.

/** `compute`, remembered by the key of its argument. */
export function memoize<Argument, T extends NonNullable<unknown>>(
  compute: (argument: Argument) => T,
  keyOf: (argument: Argument) => unknown = (argument) => argument,
): (argument: Argument) => T {
  const known = new Map<unknown, T>()
  return (argument) => {
    const key = keyOf(argument)
    const found = known.get(key)
    if (found !== undefined) return found
    const value = compute(argument)
    known.set(key, value)
    return value
  }
}

/**
 * `compute`, remembered until it is called with another object: seven targets and the checks ask the same of one plan.
 * A WeakMap would cost more than what it saves: each minor collection of V8 keeps its values, and so the whole plan.
 */
export function memoizeLast<Argument extends object, T extends NonNullable<unknown>>(
  compute: (argument: Argument) => T,
): (argument: Argument) => T {
  let last: { readonly argument: Argument; readonly value: T } | undefined
  return (argument) => {
    if (last?.argument !== argument) last = { argument, value: compute(argument) }
    return last.value
  }
}

/** `compute`, remembered for as long as its argument is reachable. For small values: see `memoizeLast`. */
export function oncePerObject<Argument extends object, T extends NonNullable<unknown>>(
  compute: (argument: Argument) => T,
): (argument: Argument) => T {
  const known = new WeakMap<Argument, T>()
  return (argument) => {
    const found = known.get(argument)
    if (found !== undefined) return found
    const value = compute(argument)
    known.set(argument, value)
    return value
  }
}
