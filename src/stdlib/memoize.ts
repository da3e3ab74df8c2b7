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

/** `compute`, remembered for as long as its argument is reachable: seven targets and the checks ask the same of one plan. */
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
