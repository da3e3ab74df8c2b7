// Table of fixtures and stacks, with one sign for each Debian in each cell.
import { groupBy } from '../../../src/stdlib/group-by.js'
import { columns } from '../../../src/cli/format/columns.js'
import { debians } from '../lab/rootfs/rootfs.js'
import type { Debian } from '../lab/rootfs/rootfs.js'
import { stackIds } from '../lab/stacks.js'
import type { StackId } from '../lab/stacks.js'
import { ownKernels } from '../kernel/kernels.js'
import type { Outcome, Result } from './results.js'

export type Sign = '=' | 'o' | '≡' | '≠' | 'r' | '-' | '~' | '·'

/** The sign of the planned state: on the kernel of the Debian generation, on another one, or on both. */
export function sameSign(debian: Debian, kernels: readonly string[]): '=' | 'o' | '≡' {
  const others = kernels.filter((kernel) => kernel !== ownKernels[debian])
  return others.length === kernels.length ? '=' : others.length === 0 ? 'o' : '≡'
}

const sameSigns: readonly Sign[] = ['=', 'o', '≡']

const signs: Readonly<Record<Exclude<Outcome['kind'], 'same'>, Sign>> = {
  begun: '≠',
  differs: '≠',
  refused: 'r',
  'cannot run here': '-',
}

export type SignOf = (fixture: string, stack: StackId, debian: Debian) => Sign

/** Omits stacks and Debians without any sign. */
export function tableLines(fixtures: readonly string[], signOf: SignOf): readonly string[] {
  const has = (stack: StackId, debian: Debian): boolean =>
    fixtures.some((fixture) => signOf(fixture, stack, debian) !== '·')
  const stacks = stackIds.filter((stack) => debians.some((debian) => has(stack, debian)))
  const generations = debians.filter((debian) => stacks.some((stack) => has(stack, debian)))
  const rows = fixtures.map((fixture) => [
    fixture,
    ...stacks.map((stack) => generations.map((debian) => signOf(fixture, stack, debian)).join('')),
  ])
  return columns([[`Debian ${generations.join(', ')}`, ...stacks], ...rows])
}

const legend =
  '= same as the plan  o same, on the kernel of its Debian  ≡ same on both  ≠ differs  r refused by capability  - cannot run here  · not in this run'

export function formatTable(fixtures: readonly string[], signOf: SignOf): string {
  const all = fixtures.flatMap((fixture) =>
    stackIds.flatMap((stack) => debians.map((debian) => signOf(fixture, stack, debian))),
  )
  const counts = (['same', 'differs', 'refused', 'cannot run here'] as const).map((kind) => {
    const wanted = kind === 'same' ? sameSigns : [signs[kind]]
    return `${all.filter((one) => wanted.includes(one)).length} ${kind}`
  })
  return [...tableLines(fixtures, signOf), '', legend, counts.join(', ')].join('\n')
}

/** On several kernels: the first that is not the planned state. */
function signOfResults(debian: Debian, results: readonly Result[]): Sign {
  const other = results.flatMap(({ outcome: { kind } }) => (kind === 'same' ? [] : [signs[kind]]))[0]
  return (
    other ??
    sameSign(
      debian,
      results.map(({ kernel }) => kernel),
    )
  )
}

/** Golden files contain the reasons of refusals, so this prints only what the machine lacks. */
export function formatResults(results: readonly Result[]): string {
  const byCell = groupBy(results, ({ fixture, stack, debian }) => `${fixture} ${stack} ${debian}`)
  const fixtures = [...new Set(results.map(({ fixture }) => fixture))].sort()
  const table = formatTable(fixtures, (fixture, stack, debian) => {
    const found = byCell.get(`${fixture} ${stack} ${debian}`)
    return found === undefined ? '·' : signOfResults(debian, found)
  })
  const missing = results.flatMap(({ stack, debian, outcome }) =>
    outcome.kind === 'cannot run here' ? [`cannot run here: ${stack}, Debian ${debian}: ${outcome.why}`] : [],
  )
  return [table, ...new Set(missing)].join('\n')
}
