import { describe, expect, it } from 'vitest'
import { compare } from '../../src/compare/compare.js'
import { compile } from '../../src/compile.js'
import { targets } from '../../src/targets/index.js'
import { compileFixture, fixtureNamed, goodFixtures } from '../helpers/fixtures.js'
import { twoProviders } from '../helpers/plan-of.js'

const comparisonOf = (name: string) => {
  const fixture = fixtureNamed(name)
  const { plan, lineOf } = compileFixture(fixture)
  if (plan === undefined) throw new Error(`${name} has no plan`)
  return compare(plan, targets, { text: fixture.text, lineOf })
}

describe('a comparison', () => {
  it('is plain data', () => {
    const comparison = comparisonOf('two-providers')
    expect(JSON.parse(JSON.stringify(comparison))).toEqual(comparison)
    expect(comparisonOf('two-providers')).toEqual(comparison)
  })

  it('has the very files that are rendered, with their steps', () => {
    for (const fixture of goodFixtures) {
      const { plan, outputs, lineOf } = compileFixture(fixture)
      if (plan === undefined) continue
      const settled = [...outputs.keys()]
      // Settings stand in the description; those without any are told none here.
      if (/^targets:/m.test(fixture.text)) continue
      const { stacks } = compare(plan, targets, { lineOf })
      expect(stacks.map(({ id }) => id)).toEqual(settled)
      for (const { id, files, first, change } of stacks) {
        const output = outputs.get(id)
        expect(
          files.map((file) => ('text' in file ? [file.path, file.text] : [file.path, file.symlink])),
        ).toEqual(
          output?.files.map((file) =>
            'content' in file ? [file.path, file.content] : [file.path, file.symlink],
          ),
        )
        expect([first, change]).toEqual([output?.first, output?.change])
      }
    }
  }, 120_000)

  it('minds the settings', () => {
    const text = `version: 1\n${twoProviders}rules:\n  - { fwmark: 0/0xff, gateway: cable }\n`
    const { plan, lineOf } = compile(text)
    if (plan === undefined) throw new Error('no plan')
    const networkd = targets.filter(({ id }) => id === 'networkd')
    const [old] = compare(plan, networkd, { lineOf, settings: { networkd: { version: '252' } } }).stacks
    const [recent] = compare(plan, networkd, { lineOf }).stacks
    expect([old?.state, old?.version, recent?.state, recent?.version]).toEqual([
      'refused',
      '252',
      'written',
      '257',
    ])
    const refused = Object.entries(old?.cells ?? {}).filter(([, { cost }]) => cost === 'refused')
    expect(refused).toHaveLength(1)
    expect(refused[0]?.[1]).toMatchObject({ since: '257', places: [] })
    expect(refused[0]?.[1].why).toContain('systemd 257')
    expect(old?.told).toHaveLength(1)
    expect(old?.told[0]).toMatchObject({ severity: 'error', ideas: [refused[0]?.[0]], line: 11 })
    expect(old?.files).toEqual([])
    // Everything else could be said, and is not written all the same.
    const others = Object.values(old?.cells ?? {}).filter(({ cost }) => cost !== 'refused')
    expect(new Set(others.map(({ cost }) => cost))).toEqual(new Set(['unwritten']))
  })

  it('tells a loss where it is', () => {
    const { ideas, stacks } = comparisonOf('leased-provider-and-tunnel')
    const leased = ideas.find(({ words }) => /\bdhcp4\b/.test(words))
    const losses = (id: string) => stacks.find((stack) => stack.id === id)?.cells[leased?.id ?? '']?.losses
    expect(losses('iproute2')).toHaveLength(1)
    expect(losses('networkd')).toEqual([])
  })

  it('tells the daemons that take router advertisements themselves', () => {
    const { ideas, stacks } = comparisonOf('leased-provider-and-tunnel')
    const kernelRa = ideas.find(({ words }) => /accept_ra = 2|ra_defrtr_metric/.test(words))?.id ?? ''
    const costs = Object.fromEntries(stacks.map(({ id, cells }) => [id, cells[kernelRa]?.cost]))
    expect(costs).toEqual({
      netifrc: 'companion',
      ifupdown: 'companion',
      'nm-dispatcher': 'inherent',
      'nm-keyfile': 'inherent',
      networkd: 'inherent',
      netplan: 'inherent',
      iproute2: 'companion',
    })
  })

  it('says the same rule in seven ways', () => {
    const { ideas, stacks } = comparisonOf('two-providers')
    const guests = ideas.find(({ comment }) => comment === 'guests')?.id ?? ''
    const told = Object.fromEntries(
      stacks.map(({ id, cells }) => [
        id,
        cells[guests]?.places.map(({ cost, lines }) => [cost, ...lines].join(' | ')),
      ]),
    )
    expect(told).toEqual({
      netifrc: ['native | pref 20000 from 10.0.0.128/25 lookup 102'],
      ifupdown: [
        'hook | post-up ip -4 rule add pref 20000 from 10.0.0.128/25 lookup 102 protocol 77 || true',
      ],
      'nm-dispatcher': ['hook | rule -4 pref 20000 from 10.0.0.128/25 lookup 102'],
      'nm-keyfile': ['native | routing-rule20000=priority 20000 from 10.0.0.128/25 table 102'],
      networkd: ['native | [RoutingPolicyRule] | Priority=20000 | From=10.0.0.128/25 | Table=102'],
      netplan: ['native | - {from: "10.0.0.128/25", table: 102, priority: 20000}'],
      iproute2: ['native | rule -4 pref 20000 from 10.0.0.128/25 lookup 102'],
    })
  })

  it('is not led astray by comments of the writer', () => {
    const text = `version: 1\n${twoProviders}rules:\n  - { to: 203.0.113.0/24, gateway: cable, comment: 'idea 0' }\n  - { to: 198.18.0.0/15, gateway: fiber, comment: 'routes_lo, what its lines serve:' }\n`
    const { plan, lineOf } = compile(text)
    if (plan === undefined) throw new Error('no plan')
    const { ideas, stacks } = compare(plan, targets, { lineOf })
    for (const idea of ideas.filter(({ reason }) => /^rule [12]:/.test(reason)))
      for (const { id, cells } of stacks) {
        const lines = cells[idea.id]?.places.flatMap((place) => place.lines).join(' ') ?? ''
        expect(lines, id).toContain(idea.words.includes('203.0.113.0') ? '203.0.113.0/24' : '198.18.0.0/15')
        expect(lines, id).not.toContain(idea.words.includes('203.0.113.0') ? '198.18.0.0' : '203.0.113.0')
      }
  })
})
