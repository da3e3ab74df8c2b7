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

  it('has the rendered files and their steps', () => {
    for (const fixture of goodFixtures) {
      const { plan, outputs, lineOf } = compileFixture(fixture)
      if (plan === undefined) continue
      const settled = [...outputs.keys()]
      // The settings are those of the description.
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

  it('uses the settings', () => {
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
    const refused = Object.entries(old?.cells ?? {}).filter(([, { mechanism }]) => mechanism === 'refused')
    expect(refused).toHaveLength(1)
    expect(refused[0]?.[1]).toMatchObject({ since: '257', locations: [] })
    expect(refused[0]?.[1].why).toContain('systemd 257')
    expect(old?.reported).toHaveLength(1)
    expect(old?.reported[0]).toMatchObject({ severity: 'error', items: [refused[0]?.[0]], line: 11 })
    expect(old?.files).toEqual([])
    // All other items are supported, but not written.
    const others = Object.values(old?.cells ?? {}).filter(({ mechanism }) => mechanism !== 'refused')
    expect(new Set(others.map(({ mechanism }) => mechanism))).toEqual(new Set(['blocked']))
  })

  it('has a limitation at the stack and item that have it', () => {
    const { items, stacks } = comparisonOf('leased-provider-and-tunnel')
    const leased = items.find(({ words }) => /\bdhcp4\b/.test(words))
    const limitations = (id: string) =>
      stacks.find((stack) => stack.id === id)?.cells[leased?.id ?? '']?.limitations
    expect(limitations('iproute2')).toHaveLength(1)
    expect(limitations('networkd')).toEqual([])
  })

  it('knows which daemons handle router advertisements themselves', () => {
    const { items, stacks } = comparisonOf('leased-provider-and-tunnel')
    const kernelRa = items.find(({ words }) => /accept_ra = 2|ra_defrtr_metric/.test(words))?.id ?? ''
    const mechanisms = Object.fromEntries(stacks.map(({ id, cells }) => [id, cells[kernelRa]?.mechanism]))
    expect(mechanisms).toEqual({
      netifrc: 'common-file',
      ifupdown: 'common-file',
      'nm-dispatcher': 'not-needed',
      'nm-keyfile': 'not-needed',
      networkd: 'not-needed',
      netplan: 'not-needed',
      iproute2: 'common-file',
    })
  })

  it('has the lines of one rule for each of the seven stacks', () => {
    const { items, stacks } = comparisonOf('two-providers')
    const guests = items.find(({ comment }) => comment === 'guests')?.id ?? ''
    const reported = Object.fromEntries(
      stacks.map(({ id, cells }) => [
        id,
        cells[guests]?.locations.map(({ mechanism, lines }) => [mechanism, ...lines].join(' | ')),
      ]),
    )
    expect(reported).toEqual({
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

  it('is not confused by comments that look like lines of files', () => {
    const text = `version: 1\n${twoProviders}rules:\n  - { to: 203.0.113.0/24, gateway: cable, comment: 'item 0' }\n  - { to: 198.18.0.0/15, gateway: fiber, comment: 'routes_lo, what its lines serve:' }\n`
    const { plan, lineOf } = compile(text)
    if (plan === undefined) throw new Error('no plan')
    const { items, stacks } = compare(plan, targets, { lineOf })
    for (const item of items.filter(({ reason }) => /^rule [12]:/.test(reason)))
      for (const { id, cells } of stacks) {
        const lines = cells[item.id]?.locations.flatMap((location) => location.lines).join(' ') ?? ''
        expect(lines, id).toContain(item.words.includes('203.0.113.0') ? '203.0.113.0/24' : '198.18.0.0/15')
        expect(lines, id).not.toContain(item.words.includes('203.0.113.0') ? '198.18.0.0' : '203.0.113.0')
      }
  })
})
