// State of a script that is read: variables with known values, and what is known only by its use.

/** A value that the stack gives and that the script compares: the link that comes up, or the event. */
export interface SymbolValue {
  readonly kind: 'symbol'
  /** Symbols of one group have the same value: `$1` and `$DEVICE_IFACE`. */
  readonly group: string
  /** For messages: `the link that comes up`. */
  readonly meaning: string
  /** All values that it may have; absent if there is no list of them. */
  readonly allowed?: readonly string[]
  /** Values that it does not have on this path. */
  readonly not: readonly string[]
}

/** An array. */
export interface ListValue {
  readonly kind: 'list'
  readonly texts: readonly string[]
  /** If they are others than 0, 1, 2, … */
  readonly keys?: readonly string[]
  /** `declare -A`: the keys are names. */
  readonly isNamed?: true
}

export type Value =
  | { readonly kind: 'text'; readonly text: string }
  | ListValue
  | { readonly kind: 'unknown'; readonly why: string }
  | SymbolValue

/** One path through the script. */
export interface Environment {
  readonly variables: Map<string, Value>
  /** `$1`, `$2`, … */
  arguments: readonly Value[]
  /** What the `local` variables of the present function were before it. */
  locals: Map<string, Value | undefined>
  /** The condition on which the path depends and that is not known, as the script has it. */
  doubt?: string
  /** How a list of commands ended. */
  state: 'running' | 'break' | 'continue' | 'return' | 'exit'
  /** How often each command ran with the same words: paths that do the same do it once. */
  readonly counts: Map<string, number>
}

export const text = (value: string): Value => ({ kind: 'text', text: value })
export const unknown = (why: string): Value => ({ kind: 'unknown', why })

export const copyOf = (environment: Environment): Environment => ({
  ...environment,
  variables: new Map(environment.variables),
  locals: new Map(environment.locals),
  counts: new Map(environment.counts),
})

/** Replaces each symbol of the group. */
export function replaceSymbols(
  environment: Environment,
  group: string,
  change: (symbol: SymbolValue) => Value,
): void {
  const changed = (value: Value): Value =>
    value.kind === 'symbol' && value.group === group ? change(value) : value
  for (const [name, value] of environment.variables) environment.variables.set(name, changed(value))
  environment.arguments = environment.arguments.map(changed)
}

/** The result of a command or condition on one path. */
export interface Outcome {
  readonly environment: Environment
  /** Whether the exit status is 0. */
  readonly ok: boolean
  /** The doubt of the path is whether a program or file is there. */
  readonly isGuard?: boolean
}

/** Both results, each in doubt. */
export function inDoubt(environment: Environment, condition: string, isGuard = false): readonly Outcome[] {
  const doubt = environment.doubt ?? condition
  return [true, false].map((ok) => ({ environment: { ...copyOf(environment), doubt }, ok, isGuard }))
}

/** A number as a condition: true unless it is 0. */
export const conditionOf = (
  value: Value | undefined,
  environment: Environment,
  condition: string,
): readonly Outcome[] =>
  value?.kind === 'text' ? [{ environment, ok: value.text !== '0' }] : inDoubt(environment, condition)

/** Whether the symbol equals the text: on one path it does, on the other it does not. */
export function compareSymbol(
  environment: Environment,
  { group, allowed, not }: SymbolValue,
  value: string,
): readonly Outcome[] {
  const left = allowed?.filter((each) => each !== value)
  const canBe = !not.includes(value) && (allowed === undefined || allowed.includes(value))
  const canDiffer = left === undefined || left.length > 0
  const outcomes: Outcome[] = []
  if (canBe) {
    const same = copyOf(environment)
    replaceSymbols(same, group, () => text(value))
    outcomes.push({ environment: same, ok: true })
  }
  if (canDiffer || !canBe) {
    const other = copyOf(environment)
    replaceSymbols(other, group, (symbol) => ({
      ...symbol,
      ...(left === undefined ? {} : { allowed: left }),
      not: [...symbol.not, value],
    }))
    outcomes.push({ environment: other, ok: false })
  }
  return outcomes
}

/** Why a command on a path in doubt is not found. */
export const doubtText = (doubt: string): string => `it depends on \`${doubt}\``
