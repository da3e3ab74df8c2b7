// Pages of fixtures and of descriptions, as the command makes them.
import { compare } from '../../src/compare/compare.js'
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

export function pageOfText(text: string, file = 'description.yaml'): string {
  const { plan, lineOf, diagnostics } = compile(text, { file, targets: [] })
  if (plan === undefined) throw new Error(`no plan: ${diagnostics.map(({ message }) => message).join('; ')}`)
  return page(compare(plan, targets, { file, text, lineOf }), plan)
}

export const pageOfFixture = ({ name, text }: Fixture): string => pageOfText(text, `${name}.yaml`)

export const pageNamed = (name: string): string => pageOfFixture(fixtureNamed(name))

/** Of a plan and a comparison whose every name and text is `word`, though no description could say so. */
export function pageOfHostile(word: string): string {
  const { text } = fixtureNamed('two-providers')
  const { plan, lineOf } = compile(text, { targets: [] })
  if (plan === undefined) throw new Error('no plan')
  const comparison = compare(plan, targets, { file: word, text: `# ${word}\n${text}`, lineOf })
  return page(poisoned(comparison, word), poisoned(plan, word))
}

const texts: ReadonlySet<string> = new Set([
  ...[
    'comment',
    'reason',
    'words',
    'title',
    'file',
    'path',
    'owner',
    'text',
    'why',
    'command',
    'source',
    'name',
  ],
  ...['consumer', 'version', 'least', 'since', 'key'],
])

/** The same value with `word` in every text. */
const poisoned = <T>(value: T, word: string): T =>
  JSON.parse(
    JSON.stringify(value, (key, inner: unknown) => {
      if (typeof inner === 'string' && texts.has(key) && !isAddress(inner)) return `${inner}${word}`
      return key === 'notes' || key === 'limitations' ? [word] : inner
    }),
  ) as T

/** An address with a word behind it would be no plan any more. */
const isAddress = (text: string): boolean => /^[0-9a-f.:]+$/.test(text)
