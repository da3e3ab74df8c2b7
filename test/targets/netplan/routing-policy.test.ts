// Items of `routing-policy` in every valid fixture, compared with the support record.
import { describe, expect, it } from 'vitest'
import type { Family } from '../../../src/kernel/family.js'
import type { KernelPlan, Rule } from '../../../src/plan/plan.js'
import { netplan } from '../../../src/targets/netplan/index.js'
import { renderTarget } from '../../../src/targets/output.js'
import type { Capabilities, RenderedFile, WrittenSettings } from '../../../src/targets/target.js'
import { compileFixture, goodFixtures } from '../../helpers/fixtures.js'
import { definitionsOf, type RuleItem } from '../../helpers/netplan-yaml.js'
import { featuresOfRules } from '../../helpers/rule-features.js'

const plans = goodFixtures.flatMap((fixture) => {
  const { plan } = compileFixture(fixture)
  return plan === undefined ? [] : [{ name: fixture.name, plan }]
})

const render = (plan: KernelPlan, settings: WrittenSettings): readonly RenderedFile[] =>
  renderTarget(plan, netplan, settings, { file: 'description.yaml' }).files

const textOf = (files: readonly RenderedFile[], path: RegExp): string =>
  files.map((file) => ('content' in file && path.test(file.path) ? file.content : '')).join('\n')

const nameOf = (family: Family, pref: number): string => `${family} pref ${pref}`
const nameOfRule = ({ family, pref }: Rule): string => nameOf(family, pref)

const nameOfItem = ({ from, to, priority }: RuleItem): string =>
  nameOf((from ?? to ?? '').includes(':') ? 'inet6' : 'inet', priority)

/** Names of the rules in sections of networkd. */
function sectionsOf(text: string): readonly string[] {
  return text
    .split(/^\[/m)
    .filter((section) => section.startsWith('RoutingPolicyRule]'))
    .flatMap((section) => {
      const value = (key: string) => new RegExp(`^${key}=(.*)$`, 'm').exec(section)?.[1]
      const pref = Number(value('Priority'))
      const family = value('Family')
      if (family === 'both') return [nameOf('inet', pref), nameOf('inet6', pref)]
      const isInet6 = (value('From') ?? value('To') ?? '').includes(':') || family === 'ipv6'
      return [nameOf(isInet6 ? 'inet6' : 'inet', pref)]
    })
}

/** Whether the support record says `native` for each selector, the action and the effect without links. */
const isNative = (rule: Rule, plan: KernelPlan, record: Capabilities): boolean =>
  featuresOfRules(plan, [rule]).every((feature) => record[feature].how === 'native')

const sorted = (names: readonly string[]): readonly string[] => names.toSorted()

const generations: readonly WrittenSettings[] = [
  { version: '1.1.2' },
  { version: '0.106' },
  { version: '0.101' },
  { version: '1.1.2', 'beyond-yaml': 'refuse' },
]

describe.each(generations)('with networkd and %j', (settings) => {
  const record = netplan.capabilities(settings)
  const written = plans.flatMap(({ name, plan }) => {
    const files = render(plan, settings)
    return files.length === 0 || plan.state.rules.length === 0 ? [] : [{ name, plan, files }]
  })

  it('has fixtures with native rules', () => {
    expect(
      written.filter(({ plan }) => plan.state.rules.some((rule) => isNative(rule, plan, record))).length,
    ).toBeGreaterThan(10)
  })

  it.each(written)(
    '$name: each rule that the record calls native is an item of lo, the others are in the drop-in, none in both',
    ({ plan, files }) => {
      const native = plan.state.rules.filter((rule) => isNative(rule, plan, record))
      const others = plan.state.rules.filter((rule) => !native.includes(rule))
      const definitions = definitionsOf(files)
      expect(sorted((definitions.get('lo')?.['routing-policy'] ?? []).map(nameOfItem))).toEqual(
        sorted(native.map(nameOfRule)),
      )
      expect([...definitions].filter(([id, { 'routing-policy': items }]) => id !== 'lo' && items)).toEqual([])
      expect(sorted(sectionsOf(textOf(files, /^\/etc\/systemd\//)))).toEqual(sorted(others.map(nameOfRule)))
      expect(files.map(({ path }) => path)).not.toContain('/etc/systemd/network/10-multihome-lo.network')
    },
  )
})

/** Rules of the script, as arguments of `ip`. */
const scriptRulesOf = (files: readonly RenderedFile[]): readonly string[] =>
  [...textOf(files, /dispatcher\.d/).matchAll(/^rule -(\d) pref (\d+) /gm)].map(([, version, pref]) =>
    nameOf(version === '4' ? 'inet' : 'inet6', Number(pref)),
  )

describe('with NetworkManager', () => {
  const settings = { renderer: 'NetworkManager' }
  const record = netplan.capabilities(settings)
  const written = plans.flatMap(({ name, plan }) => {
    const files = render(plan, settings)
    return files.length === 0 || plan.state.rules.length === 0 ? [] : [{ name, plan, files }]
  })

  it('has fixtures with native rules', () => {
    expect(
      written.filter(({ files }) => textOf(files, /^\/etc\/netplan\//).includes('routing-policy')).length,
    ).toBeGreaterThan(10)
  })

  it.each(written)(
    '$name: each rule that the record calls native is an item, the others are in the script, none in both',
    ({ plan, files }) => {
      const items = [...definitionsOf(files).values()].flatMap((one) => one['routing-policy'] ?? [])
      const native = plan.state.rules.filter((rule) => isNative(rule, plan, record))
      const others = plan.state.rules.filter((rule) => !native.includes(rule))
      expect(sorted([...new Set(items.map(nameOfItem))])).toEqual(sorted(native.map(nameOfRule)))
      expect(sorted(scriptRulesOf(files))).toEqual(sorted(others.map(nameOfRule)))
    },
  )

  it.each(plans.filter(({ plan }) => plan.state.rules.length > 0))(
    '$name: every rule is in the script where netplan would drop it',
    ({ plan }) => {
      const files = render(plan, { ...settings, version: '0.106' })
      expect(textOf(files, /^\/etc\/netplan\//)).not.toContain('routing-policy')
      if (files.length > 0)
        expect(sorted(scriptRulesOf(files))).toEqual(sorted(plan.state.rules.map(nameOfRule)))
    },
  )
})
