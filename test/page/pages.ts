// Pages of fixtures and of descriptions, as the command renders them.
import { compare } from '../../src/compare/compare.js'
import type { Comparison } from '../../src/compare/comparison.js'
import { compile } from '../../src/compile.js'
import { page } from '../../src/page/page.js'
import type { KernelPlan } from '../../src/plan/plan.js'
import { targets } from '../../src/targets/index.js'
import { fixtureNamed, type Fixture } from '../helpers/fixtures.js'

export function planOf({ name, text }: Fixture): KernelPlan {
  const { plan } = compile(text, { targets: [] })
  if (plan === undefined) throw new Error(`${name} has no plan`)
  return plan
}

export const planNamed = (name: string): KernelPlan => planOf(fixtureNamed(name))

interface Compared {
  readonly plan: KernelPlan
  readonly comparison: Comparison
}

function compared(text: string, file: string): Compared {
  const { plan, lineOf, diagnostics } = compile(text, { file, targets: [] })
  if (plan === undefined) throw new Error(`no plan: ${diagnostics.map(({ message }) => message).join('; ')}`)
  return { plan, comparison: compare(plan, targets, { file, text, lineOf }) }
}

export const comparisonNamed = (name: string): Compared => compared(fixtureNamed(name).text, `${name}.yaml`)

export function pageOfText(text: string, file = 'description.yaml'): string {
  const { plan, comparison } = compared(text, file)
  return page(comparison, plan)
}

export const pageOfFixture = ({ name, text }: Fixture): string => pageOfText(text, `${name}.yaml`)

export const pageNamed = (name: string): string => pageOfFixture(fixtureNamed(name))

/** The page of a plan and a comparison with `hostile` at the end of every text, which no description could have. */
export function pageOfHostile(hostile: string): string {
  const { plan, comparison } = compared(fixtureNamed('two-providers').text, hostile)
  const withComment = { ...comparison, description: [`# ${hostile}`, ...comparison.description] }
  return page(poisoned(withComment, hostile), poisoned(plan, hostile))
}

const poisonedKeys: ReadonlySet<string> = new Set([
  ...['comment', 'reason', 'words', 'title', 'file', 'path', 'owner', 'text', 'why', 'command', 'source'],
  ...['name', 'consumer', 'version', 'least', 'since', 'key'],
])

const poisoned = <T>(value: T, hostile: string): T =>
  JSON.parse(
    JSON.stringify(value, (key, inner: unknown) => {
      if (typeof inner === 'string' && poisonedKeys.has(key) && !isAddress(inner)) return `${inner}${hostile}`
      return key === 'notes' || key === 'limitations' ? [hostile] : inner
    }),
  ) as T

/** A plan with a changed address would not be a plan. */
const isAddress = (text: string): boolean => /^[0-9a-f.:]+$/.test(text)
