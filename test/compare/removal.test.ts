// Removal of items: without an item of the plan, exactly its lines disappear from the files.
import { describe, expect, it } from 'vitest'
import type { PlanItem, PlanItemKind } from '../../src/compare/comparison.js'
import type { KernelPlan } from '../../src/plan/plan.js'
import { renderTarget } from '../../src/targets/output.js'
import type { RenderedFile } from '../../src/targets/target.js'
import { compileFixture, fixtureNamed } from '../helpers/fixtures.js'
import { allVariants, comparisonOf } from './stacks.js'

const names = [
  'two-providers',
  'beside-cloud-init',
  'bond-of-two-cards',
  'bridge-of-lan-ports',
  'dual-stack-balanced',
  'goto-over-a-section',
  'leased-provider-and-tunnel',
  'leases-balanced',
  'marks-of-gateways',
  'transparent-proxy',
]

function withoutItem({ state, dynamic, intent }: KernelPlan, { kind, parts }: PlanItem): KernelPlan {
  const rest = <T>(one: PlanItemKind, list: readonly T[]): readonly T[] =>
    one === kind ? list.filter((_, index) => !parts.includes(index)) : list
  return {
    state: {
      links: rest('link', state.links),
      rules: rest('rule', state.rules),
      routes: rest('route', state.routes),
      sysctls: rest('sysctl', state.sysctls),
      connmarks: rest('connmark', state.connmarks),
    },
    dynamic: {
      tables: rest('dynamicTable', dynamic.tables),
      multipaths: rest('dynamicMultipath', dynamic.multipaths),
    },
    intent: { ...intent, tables: rest('table', intent.tables) },
  }
}

/** A line without its number in a keyfile and without the name of its list in conf.d, which change with other lines. */
const normalized = (path: string, line: string): string =>
  `${path} ${line
    .trim()
    .replace(/^(?:route|routing-rule|address)\d+/, '#')
    .replace(/^\w+="|"$/g, '')}`

/** The number of occurrences of each line. */
function countLines(lines: readonly string[]): ReadonlyMap<string, number> {
  const counts = new Map<string, number>()
  for (const line of lines) counts.set(line, (counts.get(line) ?? 0) + 1)
  return counts
}

const linesOf = (files: readonly RenderedFile[]): readonly string[] =>
  files.flatMap((file) =>
    'symlink' in file
      ? []
      : file.content
          .split('\n')
          .filter((line) => line.trim() !== '' && !line.trim().startsWith('#'))
          .map((line) => normalized(file.path, line)),
  )

const minus = (a: ReadonlyMap<string, number>, b: ReadonlyMap<string, number>): readonly string[] =>
  [...a].flatMap(([line, count]) => (count > (b.get(line) ?? 0) ? [line] : []))

describe.each(allVariants)('$name', ({ target, settings, name }) => {
  it('loses the lines of a removed item, and for a rule no others', () => {
    let compared = 0
    for (const fixture of names.map(fixtureNamed)) {
      const { plan, lineOf } = compileFixture(fixture)
      if (plan === undefined) throw new Error(`${fixture.name} has no plan`)
      const { comparison, stack } = comparisonOf(fixture, { name, target, settings })
      if (stack.state === 'refused') continue
      const context = { file: 'description.yaml', lineOf }
      const whole = countLines(linesOf(renderTarget(plan, target, settings, context).files))
      for (const item of comparison.items) {
        const output = renderTarget(withoutItem(plan, item), target, settings, context)
        // The plan without the item may be rejected.
        if (output.files.length === 0) continue
        const rest = countLines(linesOf(output.files))
        const own = countLines(
          (stack.cells[item.id]?.locations ?? []).flatMap(({ path, lines }) =>
            lines.map((line) => normalized(path, line)),
          ),
        )
        const gone = new Map(
          [...whole].map(([line, count]) => [line, Math.max(0, count - (rest.get(line) ?? 0))]),
        )
        const what = `${fixture.name} ${item.id} ${item.words}`
        expect(minus(own, gone), what).toEqual([])
        const isLast =
          plan.state.rules.length === item.parts.length ||
          item.families.some(
            (family) => plan.state.rules.filter((rule) => rule.family === family).length === 1,
          )
        if (item.kind === 'rule' && !isLast)
          expect(
            minus(gone, own).filter((line) => !line.endsWith(' routing-policy:')),
            what,
          ).toEqual([])
        compared += 1
      }
    }
    // NetworkManager before 1.42 rejects these plans.
    if (compared === 0) expect(name).toContain('1.30')
  })
})
