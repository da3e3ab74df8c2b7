import { describe, expect, it } from 'vitest'
import type { Cell, ComparedStack, Idea } from '../../src/compare/comparison.js'
import { formatFwmark } from '../../src/kernel/fwmark.js'
import type { KernelPlan } from '../../src/plan/plan.js'
import { compileFixture, goodFixtures, type Fixture } from '../helpers/fixtures.js'
import { allVariants, comparisonOf } from './stacks.js'

/** What must stand in the lines, whatever the stack's words are: numbers, addresses, names. */
function tokensOf(idea: Idea, plan: KernelPlan): readonly string[] {
  const [first = 0] = idea.parts
  switch (idea.kind) {
    case 'link': {
      const link = plan.links[first]
      // Another program lays the addresses of its links; they are only told.
      return plan.manage === 'full' && link?.manage === 'full'
        ? link.addresses.map(({ address }) => address.text)
        : []
    }
    case 'table':
      return idea.words.split(' ')
    case 'sysctl':
      return [plan.sysctls[first]?.key ?? '', plan.sysctls[first]?.value ?? '']
    case 'mark':
      return [plan.marks[first]?.link ?? '']
    case 'followed':
      return [plan.followed[first]?.link ?? '', String(plan.followed[first]?.table)]
    case 'balance':
      return plan.balances[first]?.hops.map(({ dev }) => dev) ?? []
    case 'rule': {
      const rule = plan.rules[first]
      if (rule === undefined) return []
      const { from, to, iif, oif, fwmark } = rule.selector
      return [
        String(rule.pref),
        ...[from, to].flatMap((prefix) =>
          prefix === undefined || prefix.length === 0 ? [] : [prefix.address.text],
        ),
        ...[iif, oif].flatMap((link) => link ?? []),
        ...(fwmark === undefined ? [] : [formatFwmark(fwmark).split('/')[0] ?? '']),
        ...(rule.action.type === 'lookup' && rule.action.table < 253 ? [String(rule.action.table)] : []),
      ]
    }
    case 'route': {
      const route = plan.routes[first]
      if (route === undefined) return []
      return [
        ...(route.dst.length === 0 ? [] : [route.dst.address.text]),
        ...route.nexthops.flatMap(({ via }) => via?.text ?? []),
        ...(route.table < 253 ? [String(route.table)] : []),
        ...(route.prefsrc === undefined ? [] : [route.prefsrc.text]),
      ]
    }
  }
}

/** As a number or word of its own: `101` is not in `1010`, but `0x65` is 101 where a stack counts in decimal. */
const holds = (text: string, token: string): boolean =>
  [token, ...(token.startsWith('0x') ? [String(Number(token))] : [])].some((word) =>
    new RegExp(
      `(?<![0-9A-Za-z.:])${word.replaceAll(/[.*+?^$()|[\]\\]/g, '\\$&')}(?![0-9A-Za-z]|[.:][0-9a-f])`,
    ).test(text),
  )

const textOf = ({ places }: Cell): string => places.flatMap(({ lines }) => lines).join('\n')

function problemsOf(fixture: Fixture, stack: ComparedStack, idea: Idea, plan: KernelPlan): readonly string[] {
  const name = `${fixture.name} ${idea.id} ${idea.words}`
  const cell = stack.cells[idea.id]
  if (cell === undefined) return [`${name}: no cell`]
  const problems: string[] = []
  if (stack.state === 'refused') {
    if (cell.places.length > 0 || !['refused', 'unwritten'].includes(cell.cost))
      problems.push(`${name}: ${cell.cost} in a refused stack`)
    if (cell.cost === 'refused' && cell.why === undefined) problems.push(`${name}: refused without a reason`)
    return problems
  }
  if (cell.places.length === 0) {
    if (cell.why === undefined) problems.push(`${name}: nothing is written, and nobody knows why`)
    return problems
  }
  for (const token of tokensOf(idea, plan))
    if (!holds(textOf(cell), token)) problems.push(`${name}: no ${token} in\n${textOf(cell)}`)
  for (const { path, ranges, lines } of cell.places) {
    const file = stack.files.find((one) => one.path === path)
    const text = file !== undefined && 'text' in file ? file.text.split('\n') : []
    const told = ranges.flatMap(({ from, to }) => text.slice(from - 1, to)).map((line) => line.trim())
    if (told.join('\n') !== lines.join('\n')) problems.push(`${name}: ${path} has other lines there`)
  }
  return problems
}

describe.each(allVariants)('$name', (variant) => {
  it('says each idea of each fixture, refuses it, or tells why there is nothing to say', () => {
    const problems = goodFixtures.flatMap((fixture) => {
      const { plan } = compileFixture(fixture)
      if (plan === undefined) return []
      const { comparison, stack } = comparisonOf(fixture, variant)
      const isRefused = stack.told.some(({ severity }) => severity === 'error')
      expect(isRefused, fixture.name).toBe(stack.state === 'refused')
      expect(stack.files.length === 0, fixture.name).toBe(isRefused)
      return comparison.ideas.flatMap((idea) => problemsOf(fixture, stack, idea, plan))
    })
    expect(problems).toEqual([])
  })
})
