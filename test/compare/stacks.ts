// Variants of stacks with different support, and comparisons of fixtures for one of them.
import { compare } from '../../src/compare/compare.js'
import type { ComparedStack, Comparison } from '../../src/compare/comparison.js'
import { targets } from '../../src/targets/index.js'
import type { Target, WrittenSettings } from '../../src/targets/target.js'
import { amount } from '../helpers/amount.js'
import { compileFixture, goodFixtures, type Fixture } from '../helpers/fixtures.js'

const variants: Readonly<Record<string, readonly WrittenSettings[]>> = {
  ifupdown: [{ flavour: 'ifupdown' }, { flavour: 'ifupdown2' }, { flavour: 'ifupdown-ng' }],
  'nm-dispatcher': [{ version: '1.52.1' }, { version: '1.30' }],
  'nm-keyfile': [{ version: '1.52.1' }, { version: '1.42' }, { version: '1.30' }],
  networkd: [{ version: '257' }, { version: '252' }, { version: '247' }],
  netplan: [
    { renderer: 'networkd' },
    { renderer: 'networkd', 'beyond-yaml': 'refuse' },
    { renderer: 'networkd', version: '0.101' },
    { renderer: 'NetworkManager' },
    { renderer: 'NetworkManager', 'beyond-yaml': 'refuse' },
    { renderer: 'NetworkManager', version: '0.106' },
  ],
}

export interface Variant {
  readonly name: string
  readonly target: Target
  readonly settings: WrittenSettings
}

export const allVariants: readonly Variant[] = (targets as readonly Target[]).flatMap((target) =>
  (variants[target.id] ?? [{}]).map((settings) => ({
    name: `${target.id} ${JSON.stringify(settings)}`,
    target,
    settings,
  })),
)

/** All fixtures in test:system; in `npm test` one in four for each variant, so several variants for each fixture. */
export const fixturesOf = (variant: Variant): readonly Fixture[] =>
  goodFixtures.filter((_, index) => (index + allVariants.indexOf(variant)) % amount(4, 1) === 0)

interface Compared {
  readonly comparison: Comparison
  readonly stack: ComparedStack
}

const known = new Map<string, Compared>()

/** Computed once for all tests of a worker. */
export function comparisonOf(fixture: Fixture, variant: Variant): Compared {
  const key = `${fixture.name} ${variant.name}`
  const compared = known.get(key) ?? createComparison(fixture, variant)
  known.set(key, compared)
  return compared
}

function createComparison(fixture: Fixture, { target, settings }: Variant): Compared {
  const { plan, lineOf } = compileFixture(fixture)
  if (plan === undefined) throw new Error(`${fixture.name} has no plan`)
  const comparison = compare(plan, [target], {
    text: fixture.text,
    lineOf,
    settings: { [target.id]: settings },
  })
  const [stack] = comparison.stacks
  if (stack === undefined) throw new Error('no stack is compared')
  return { comparison, stack }
}
