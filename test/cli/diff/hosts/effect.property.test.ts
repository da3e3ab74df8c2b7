// Effects of hosts: an analysis that hosts share is the one that each would have, and a group has one effect.
import fc from 'fast-check'
import { dump } from 'js-yaml'
import { describe, expect, test } from 'vitest'
import {
  diffHost,
  type HostDiff,
  type HostDiffer,
  type HostEffect,
} from '../../../../src/cli/diff/hosts/host-diff.js'
import { ok } from '../../../../src/stdlib/result.js'
import { describedHost, type DescribedHost } from '../../../generators/random-description.js'
import { amount } from '../../../helpers/amount.js'
import { fixtureNamed } from '../../../helpers/fixtures.js'

const none = () => ({ ok: false, problem: 'there is no other file' }) as const

const differ = (): HostDiffer => ({ loadBefore: none, loadAfter: none, known: new Map() })

const diffed = ([old, now]: Change, by = differ()): HostDiff =>
  diffHost(
    {
      before: { path: 'a.yaml', file: 'git:HEAD:a.yaml', text: ok(old) },
      after: { path: 'a.yaml', file: 'a.yaml', text: ok(now) },
    },
    by,
  )

type Change = readonly [old: string, now: string]

const OLD = fixtureNamed('two-providers').text
const mail: Change = [OLD, OLD.replace('[25, 587], gateway: fiber', '[25, 587], gateway: cable')]

/** The host with the networks of the number. */
const numbered = (change: Change, number: number): Change => {
  const one = (text: string): string =>
    text
      .replaceAll('203.0.113.', `100.64.${number}.`)
      .replaceAll('198.51.100.', `100.65.${number}.`)
      .replaceAll('10.0.0.', `10.${number}.7.`)
  return [one(change[0]), one(change[1])]
}

const effectOf = (host: HostDiff): HostEffect => {
  if (host.kind !== 'changed') throw new Error(host.kind)
  return host
}

describe('the effect', () => {
  test('of hosts with other addresses is the same, and its analysis is shared', () => {
    const by = differ()
    const [first, second] = [3, 200].map((number) => effectOf(diffed(numbered(mail, number), by)))
    expect(first?.example).toBeDefined()
    expect(second?.example).toBeUndefined()
    expect(second?.effect).toBe(first?.effect)
    expect(first?.values.get('the IPv4 network of lan0 + 0.0.0.128')).toBe('10.3.7.128')
    expect(second?.values.get('the IPv4 network of lan0 + 0.0.0.128')).toBe('10.200.7.128')
    expect(effectOf(diffed(numbered(mail, 200))).values).toEqual(second?.values)
  })

  test.each([
    ['another port', (text: string) => text.replaceAll('587', '588')],
    [
      'another network that is not its own',
      (text: string) => text.replaceAll('172.17.0.0/16', '172.18.0.0/16'),
    ],
    ['another part of its own network', (text: string) => text.replaceAll('10.0.0.128/25', '10.0.0.64/26')],
    ['another link', (text: string) => text.replaceAll('lan0', 'lan1')],
    ['another gateway', (text: string) => text.replaceAll('cable', 'mobile')],
    ['another mark', (text: string) => text.replaceAll('0x200/0xff00', '0x300/0xff00')],
  ])('with %s is another', (_, edit) => {
    const by = differ()
    const other: Change = [edit(mail[0]), edit(mail[1])]
    expect(effectOf(diffed(other, by)).effect).not.toBe(effectOf(diffed(mail, by)).effect)
  })

  test('does not depend on comments, lines and numbers of tables', () => {
    const edit = (text: string): string =>
      text
        .replace('version: 1', '# more\n\nversion: 1')
        .replaceAll('comment: guests', 'comment: visitors')
        .replaceAll('cable: { link: wan1', 'cable: { table: 77, link: wan1')
    const other: Change = [edit(mail[0]), edit(mail[1])]
    expect(effectOf(diffed(other)).effect).toBe(effectOf(diffed(mail)).effect)
  })

  test('distinguishes networks that contain another one from those that do not', () => {
    // On the second host the LAN is in the network that goes to the provider.
    const rule = (text: string): string =>
      text.replace('rules:', 'rules:\n  - { from: 10.3.0.0/16, gateway: cable }')
    const by = differ()
    const [outside, inside] = [200, 3].map((number) => {
      const [old, now] = numbered(mail, number)
      return diffed([rule(old), rule(now)], by)
    })
    for (const [number, shared] of [[200, outside] as const, [3, inside] as const]) {
      const [old, now] = numbered(mail, number)
      const direct = effectOf(diffed([rule(old), rule(now)]))
      expect(shared && effectOf(shared).effect).toBe(direct.effect)
    }
    expect(outside && effectOf(outside).effect).not.toBe(inside && effectOf(inside).effect)
  })
})

/** Other networks for the links; 10.0.0.0/8 and 2001:db8::/32 contain those of rules as well. */
const networks = fc.record({
  four: fc.constantFrom('192.0', '100.64', '10.0', '10.99', '203.0', '172.20'),
  six: fc.constantFrom('2001:db8:', '2001:db8:ff0', '3fff:', 'fd00:aa:'),
})

const renumbered = (
  host: DescribedHost,
  { four, six }: { readonly four: string; readonly six: string },
): string =>
  dump(host)
    .replaceAll(/192\.0\.(\d)\./g, `${four}.$1.`)
    .replaceAll(/2001:db8:(\d)::/g, `${six}$1::`)

/** Two hosts that change in the same way but for their networks, or in two ways. */
const changes = fc
  .tuple(describedHost, describedHost, networks, networks)
  .map(([host, other, one, two]): readonly [Change, Change] => {
    const now = {
      ...host,
      rules: other.rules ?? [],
      ...(host.sysctls === undefined ? { sysctls: 'none' } : {}),
    }
    return [
      [renumbered(host, one), renumbered(now, one)],
      [renumbered(host, two), renumbered(now, two)],
    ]
  })

/** What is known of a host, without example packets and positions, with other addresses in place of its own. */
function known({ example, values }: HostEffect, others: ReadonlyMap<string, string>): readonly string[] {
  const addresses = new Map([...values].map(([role, address]) => [address, others.get(role) ?? address]))
  const { rows = [], sections = [], unanalyzed = [] } = example?.view ?? {}
  const lines = [
    ...rows.flatMap(({ families, selector, before, after, exclusions }) =>
      [selector, ...exclusions].map((each) => `${families} | ${each} | ${before} → ${after}`),
    ),
    ...sections.flatMap(([title, all]) =>
      all.map(({ sign, cells }) => `${title} ${sign} ${cells.join(' ')}`),
    ),
    ...unanalyzed,
  ]
  const replaced = lines.map((line) =>
    line.replace(/[0-9a-f]*[.:][0-9a-f.:]*[0-9a-f:]/g, (found) => addresses.get(found) ?? found),
  )
  // The order of addresses is not that of their roles.
  return replaced.map((line) => line.split(/[ ,]/).sort().join(' ')).sort()
}

test('of a shared analysis is the one of the host, and says the same with its addresses', () => {
  const counts = { shared: 0, equal: 0 }
  fc.assert(
    fc.property(changes, ([one, two]) => {
      const by = differ()
      const [first, second] = [diffed(one, by), diffed(two, by)]
      const direct = diffed(two)
      expect(second.kind).toBe(direct.kind)
      if (first.kind !== 'changed' || second.kind !== 'changed' || direct.kind !== 'changed') return
      expect(second.effect).toBe(direct.effect)
      expect(second.values).toEqual(direct.values)
      if (second.example === undefined) counts.shared++
      if (second.effect !== first.effect) return
      counts.equal++
      expect(known(first, direct.values)).toEqual(known(direct, direct.values))
    }),
    { numRuns: amount(20, 60), endOnFailure: true },
  )
  // Otherwise the test says nothing.
  expect(counts.shared).toBeGreaterThan(amount(0, 8))
}, 300_000)
