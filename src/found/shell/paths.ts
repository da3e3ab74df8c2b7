// Paths through a script: those that no longer differ become one again.
import { unknown, type Environment, type Outcome } from './environment.js'

/** What a statement began with; `variables` has the symbols only. */
export type Before = Pick<Environment, 'variables' | 'arguments' | 'doubt'>

const noSymbols: Environment['variables'] = new Map()

export const beforeStatement = (
  { variables, arguments: given, doubt }: Environment,
  symbols: ReadonlySet<string>,
): Before => ({
  variables:
    symbols.size === 0
      ? noSymbols
      : new Map(
          [...symbols].flatMap((name) => {
            const value = variables.get(name)
            return value?.kind === 'symbol' ? [[name, value] as const] : []
          }),
        ),
  arguments: given,
  doubt,
})

/** Joins the paths behind a condition that is not known, and those that only compared a symbol. */
export function joinPaths(outcomes: readonly Outcome[], before: Before): readonly Outcome[] {
  if (outcomes.length < 2 || outcomes.some(({ environment }) => environment.state !== 'running'))
    return outcomes
  const isInDoubt = ({ environment }: Outcome): boolean => environment.doubt !== before.doubt
  const certain = new Map<string, Outcome>()
  for (const outcome of outcomes.filter((each) => !isInDoubt(each))) {
    const { environment } = outcome
    const key = keyOf(environment, before)
    const known = certain.get(key)
    certain.set(
      key,
      known === undefined
        ? outcome
        : { environment: withoutFindings(known.environment, environment, before), ok: known.ok },
    )
  }
  const inDoubt = outcomes.filter(isInDoubt)
  return [
    ...certain.values(),
    ...(inDoubt.length === 0 ? [] : [{ environment: joinDoubtful(inDoubt, before), ok: true }]),
  ]
}

/** Variables without what comparisons have found out about symbols. */
const keyOf = ({ variables }: Environment, before: Before): string =>
  JSON.stringify(
    [...variables]
      .filter(([name]) => name !== '?' && !before.variables.has(name))
      .sort(([a], [b]) => (a < b ? -1 : 1)),
  )

/** The path with the symbols that the statement began with. */
function withoutFindings(environment: Environment, other: Environment, before: Before): Environment {
  for (const [name, value] of before.variables) environment.variables.set(name, value)
  environment.arguments = before.arguments
  if (JSON.stringify(environment.variables.get('?')) !== JSON.stringify(other.variables.get('?')))
    environment.variables.set('?', unknown('`$?` depends on what the script compares'))
  addCounts(environment, other)
  return environment
}

/** One path behind a condition that is not known: what differs between its branches is not known either. */
function joinDoubtful(outcomes: readonly Outcome[], before: Before): Environment {
  const [first, ...others] = outcomes.map(({ environment }) => environment)
  const joined: Environment = {
    variables: new Map(first?.variables),
    arguments: before.arguments,
    state: 'running',
    locals: new Map(first?.locals),
    counts: new Map(first?.counts),
    ...(before.doubt === undefined ? {} : { doubt: before.doubt }),
  }
  for (const other of others) {
    for (const name of new Set([...joined.variables.keys(), ...other.variables.keys()])) {
      const [a, b] = [joined.variables.get(name), other.variables.get(name)]
      if (JSON.stringify(a) !== JSON.stringify(b))
        joined.variables.set(name, unknown(`\`$${name}\` depends on \`${other.doubt ?? ''}\``))
    }
    addCounts(joined, other)
  }
  return joined
}

/** Counts of what either path has run. */
export function addCounts({ counts }: Environment, other: Environment): void {
  for (const [key, count] of other.counts) counts.set(key, Math.max(count, counts.get(key) ?? 0))
}
