// Correctness of lint: random hosts packet by packet, small hosts exhaustively, and the examples of all fixtures.
import fc from 'fast-check'
import { dump } from 'js-yaml'
import { describe, expect, it } from 'vitest'
import { compile } from '../../src/compile.js'
import type { DiagnosticCode } from '../../src/diagnostics/catalogue/catalogue.js'
import type { Diagnostic } from '../../src/diagnostics/diagnostic.js'
import { warningCatalogue } from '../../src/diagnostics/catalogue/warnings.js'
import { parseAddress } from '../../src/kernel/address.js'
import { parsePrefix, containsAddress } from '../../src/kernel/prefix.js'
import { formatAnswer } from '../../src/lint/example.js'
import { createLintContext, type LintContext } from '../../src/lint/context.js'
import { classifyRules } from '../../src/lint/rules/rule-status.js'
import { writtenPath } from '../../src/lint/rules/rule-origin.js'
import type { Packet } from '../../src/lookup/lookup.js'
import { mismatchOf } from '../../src/lookup/rule.js'
import { preparePacket } from '../../src/kernel/packet.js'
import { traceIn } from '../../src/lookup/trace.js'
import { findGateway } from '../../src/plan/find-gateway.js'
import type { Rule } from '../../src/plan/plan.js'
import { describedHost } from '../generators/random-description.js'
import { compileFixture, fixtures } from '../helpers/fixtures.js'
import { createRandom } from '../generators/random.js'
import { drawAnyPackets } from '../packets/draw.js'
import { shownIn } from './shown.js'
import { amount } from '../helpers/amount.js'

const answering = (host: LintContext, packet: Packet): Rule | undefined => {
  const answer = host.lookup(packet)
  return 'rule' in answer ? answer.rule : undefined
}

/** Bound sockets, which see other routes, are used only for rules with `oif`. */
const speaksOf = (rule: Rule, packet: Packet): boolean =>
  rule.family === packet.family && (packet.oif === undefined || rule.selector.oif !== undefined)

/** Identity of rules across plans. */
const isAt = (rule: Rule, { path }: Diagnostic): boolean =>
  path.every((word, index) => index >= rule.origin.path.length || rule.origin.path[index] === word)

describe('a drawn host', () => {
  it('has no answers from rules that are reported as shadowed', { timeout: 120_000 }, () => {
    let dead = 0
    fc.assert(
      fc.property(describedHost, fc.integer({ min: 1, max: 1e6 }), (description, seed) => {
        const { plan } = compile(dump(description), { targets: [] })
        if (plan === undefined) return
        const host = createLintContext(plan)
        const shadowed = [...classifyRules(host)].flatMap(([rule, { kind }]) =>
          kind === 'shadowed' ? [rule] : [],
        )
        dead += shadowed.length
        if (shadowed.length === 0) return
        for (const packet of drawAnyPackets(plan, 1000, seed)) {
          const by = answering(host, packet)
          if (by !== undefined && shadowed.includes(by) && speaksOf(by, packet))
            expect({ packet, by }).toBe('answered by a rule that is said to match nothing')
        }
      }),
      { numRuns: amount(20, 60), seed: 20 },
    )
    expect(dead).toBeGreaterThan(amount(5, 20))
  })

  it('routes every example as its message says', { timeout: 120_000 }, () => {
    let shown = 0
    fc.assert(
      fc.property(describedHost, (description) => {
        const { plan, diagnostics } = compile(dump(description), { targets: [] })
        if (plan === undefined) return
        const host = createLintContext(plan)
        for (const reported of diagnostics) shown += checkExample(host, reported)
      }),
      { numRuns: amount(30, 100), seed: 21 },
    )
    expect(shown).toBeGreaterThan(amount(15, 50))
  })
})

/** Checks the example with a lookup, and that it shows what the message says. */
function checkExample(host: LintContext, reported: Diagnostic): number {
  const { example } = reported
  if (example === undefined || example.includes('’s lease')) return 0
  const all = shownIn(example)
  expect([example, all.length > 0]).toEqual([example, true])
  for (const { packet, verdict } of all) {
    // A filter drops the one packet, and the other is looked up in a plan without links.
    if (verdict === 'is dropped' || example.startsWith('without its links')) continue
    expect([reported.code, example, formatAnswer(host, packet, host.lookup(packet))]).toEqual([
      reported.code,
      example,
      verdict,
    ])
  }
  const [first] = all
  if (first !== undefined) claims[reported.code]?.(host, reported, first.packet)
  return all.length
}

type Claim = (host: LintContext, reported: Diagnostic, packet: Packet) => void

const rulesAt = (host: LintContext, reported: Diagnostic): readonly Rule[] =>
  host.plan.state.rules.filter((rule) => isAt(rule, reported))

/** A rule matches the packet. */
const takes = ({ fib }: LintContext, rule: Rule, packet: Packet): boolean => {
  const entry = fib[rule.family].rules.find((one) => one.rule === rule)
  return (
    entry !== undefined &&
    rule.family === packet.family &&
    mismatchOf(entry, preparePacket(packet)) === undefined
  )
}

const isTakenButNotAnswered: Claim = (host, reported, packet) => {
  const rules = rulesAt(host, reported)
  expect(rules.some((rule) => takes(host, rule, packet))).toBe(true)
  expect(rules).not.toContain(answering(host, packet))
}

const fallsThrough: Claim = (host, reported, packet) => {
  const reached = traceIn(host.fib, packet).steps.filter(
    ({ rule, outcome }) => isAt(rule, reported) && ['no-route', 'throw', 'suppressed'].includes(outcome),
  )
  expect(reached).not.toEqual([])
}

const isAnsweredThere: Claim = (host, reported, packet) => {
  const by = answering(host, packet)
  expect(by !== undefined && isAt(by, reported)).toBe(true)
}

const leavesByOther: Claim = (host, reported, packet) => {
  const answer = host.lookup(packet)
  const name = reported.args['gateway']
  const owner = host.plan.intent.gateways.find((gateway) => gateway.name === name)
  expect(owner).toBeDefined()
  const led =
    answer.kind === 'route'
      ? answer.nexthops.map((nexthop) => findGateway(host.plan, packet.family, answer.table, nexthop))
      : [undefined]
  expect(led.some((gateway) => gateway !== owner)).toBe(true)
}

const claims: Partial<Record<DiagnosticCode, Claim>> = {
  'rule-shadowed': isTakenButNotAnswered,
  'rule-behind-reply': isTakenButNotAnswered,
  'rule-falls-through': fallsThrough,
  'table-empty': fallsThrough,
  'reply-asymmetric': leavesByOther,
  'gateway-unused': leavesByOther,
  'marks-gateway-unmarked': leavesByOther,
  'family-leak': leavesByOther,
  'rule-family-narrowed': (host, reported, packet) => {
    expect(reported.args['other']).toBe(packet.family === 'inet6' ? 'IPv6' : 'IPv4')
    expect(host.lookup(packet).kind).toBe('route')
    expect(rulesAt(host, reported)).not.toContain(answering(host, packet))
  },
  'rule-ipv6-bypass': (host, reported, packet) => {
    const [link = '', prefixes = ''] =
      /IPv4 of (\S+), but not its IPv6 \((.*)\)/.exec(reported.message)?.slice(1) ?? []
    const { src, iif, family } = packet
    expect([family, iif]).toEqual(['inet6', link])
    expect(
      prefixes.split(', ').some((text) => {
        const prefix = parsePrefix(text)
        return prefix !== undefined && src !== undefined && containsAddress(prefix, src)
      }),
    ).toBe(true)
    const answer = host.lookup(packet)
    const led =
      answer.kind === 'route'
        ? answer.nexthops.map((one) => findGateway(host.plan, family, answer.table, one))
        : []
    const tables = rulesAt(host, { ...reported, path: reported.path.slice(0, 2) }).map(({ action }) =>
      action.type === 'lookup' ? action.table : undefined,
    )
    expect(led.some((gateway) => gateway !== undefined && !tables.includes(gateway.table))).toBe(true)
  },
  'table-unconnected': (host, _reported, packet) => {
    const answer = host.lookup(packet)
    expect(answer.kind === 'route' && answer.nexthops.some(({ via }) => via !== undefined)).toBe(true)
    expect(host.linkTo(packet.dst)).toBeDefined()
  },
  'local-through-provider': (host, reported, packet) => {
    const prefix = parsePrefix(reported.message.split(' ')[0] ?? '')
    expect(prefix !== undefined && containsAddress(prefix, packet.dst)).toBe(true)
    expect(packet.src?.text).not.toBe(packet.dst.text)
    const answer = host.lookup(packet)
    expect(
      answer.kind === 'route' &&
        answer.nexthops.some(
          (nexthop) => findGateway(host.plan, packet.family, answer.table, nexthop) !== undefined,
        ),
    ).toBe(true)
  },
  'links-share-prefix': (host, _reported, packet) => {
    expect(host.lookup(packet).kind).toBe('local')
    expect(
      packet.iif === undefined
        ? []
        : host.plan.state.links.find(({ name }) => name === packet.iif)?.addresses,
    ).not.toContainEqual(expect.objectContaining({ address: packet.dst }))
  },
  'default-absent': (host, _reported, packet) => expect(host.lookup(packet).kind).toBe('none'),
  'mark-unset': (host, reported, packet) =>
    expect(rulesAt(host, reported)).not.toContain(answering(host, packet)),
  'mark-without-mask': (host, reported, packet) => {
    expect(packet.mark).toBeDefined()
    expect(rulesAt(host, reported)).not.toContain(answering(host, packet))
  },
  'uid-of-forwarded': (host, reported, packet) => {
    expect([packet.iif === undefined, packet.uid]).toEqual([false, undefined])
    isAnsweredThere(host, reported, packet)
  },
  'rule-not-several': isAnsweredThere,
}

/** Warnings of a name, of a setting or of neighbours, which no packet shows. */
const withoutPacket: readonly DiagnosticCode[] = ['vlan-by-name', 'address-at-boundary']

const warned = fixtures
  .filter(({ name }) => name.startsWith('invalid/'))
  .flatMap((fixture) => {
    const { plan, diagnostics } = compileFixture(fixture)
    return plan === undefined
      ? []
      : diagnostics
          .filter(({ code, target }) => target === undefined && Object.hasOwn(warningCatalogue, code))
          .filter(({ code }) => !withoutPacket.includes(code))
          .map((reported) => ({ name: fixture.name, plan, reported }))
  })

describe('a warning of a fixture', () => {
  it.each(warned)('$name: its example shows what it says', ({ plan, reported }) => {
    expect(reported.example, reported.code).toBeDefined()
    expect(checkExample(createLintContext(plan), reported)).toBeGreaterThan(0)
  })
})

/** All packets of a small host: every value that a rule distinguishes, and one other value. */
const small = (seed: number): string => {
  const { chance, pick, random } = createRandom(seed)
  const words = (): readonly string[] => [
    ...(chance(0.5) ? [`from: ${pick(['10.0.0.4/30', '10.0.0.4/31', '10.0.0.6/31', '10.0.0.5'])}`] : []),
    ...(chance(0.3) ? [`iif: ${pick(['lan0', 'lo'])}`] : []),
    ...(chance(0.4) ? [`ipproto: tcp, dport: ${pick(['1', '2', '1-2', '1-65535'])}`] : []),
    ...(chance(0.4) ? [`fwmark: ${pick(['0/1', '1/1', '0/2', '2/2', '1/3', '3/3'])}`] : []),
    ...(chance(0.15) ? ['tos: 4'] : []),
  ]
  const actions = ['gateway: fiber', 'gateway: cable', 'gateway: cable', 'action: unreachable', 'table: half']
  const rules = Array.from({ length: 8 }, (_, index) => {
    const selector = words()
    const isGoto = chance(0.12) && index < 6
    const action = isGoto
      ? `family: ipv4, goto: ${1000 + 10 * (index + 1 + Math.floor(random() * (7 - index)))}`
      : `${selector.length > 0 && chance(0.12) && selector.length === 1 && !selector[0]?.includes(',') ? 'not: true, ' : ''}${pick(actions)}`
    return `  - { ${[...selector, action, `priority: ${1000 + 10 * index}`].join(', ')} }`
  })
  return `version: 1
links:
  eth0: { addresses: [192.0.2.10/24] }
  eth1: { addresses: [198.51.100.10/24] }
  lan0: { addresses: [10.0.0.1/24] }
gateways:
  fiber: { link: eth0, via: 192.0.2.1 }
  cable: { link: eth1, via: 198.51.100.1 }
default: fiber
tables: { half: { id: 300, routes: [{ to: 203.0.113.0/24, via: 10.0.0.5 }] } }
rules:
${rules.join('\n')}
`
}

const inet = (text: string) => parseAddress(text) ?? { family: 'inet' as const, text }
const universe: readonly Packet[] = [
  undefined,
  '10.0.0.4',
  '10.0.0.5',
  '10.0.0.6',
  '10.0.0.7',
  '10.0.0.9',
  '192.0.2.10',
  '198.51.100.10',
].flatMap((src) =>
  ['203.0.113.7', '8.8.8.8', '10.0.0.9', '192.0.2.10'].flatMap((dst) =>
    [undefined, 'lan0', 'eth0'].flatMap((iif) =>
      [
        {},
        { ipproto: 6 },
        { ipproto: 6, dport: 1 },
        { ipproto: 6, dport: 2 },
        { ipproto: 6, dport: 3 },
      ].flatMap((ports) =>
        [0, 1, 2, 3].flatMap((mark) =>
          [{}, { tos: 4 }].map((tos) => ({
            family: 'inet' as const,
            dst: inet(dst),
            ...(src === undefined ? {} : { src: inet(src) }),
            ...(iif === undefined ? {} : { iif: iif as never }),
            mark,
            ...ports,
            ...tos,
          })),
        ),
      ),
    ),
  ),
)

describe('on a host with few distinguishable packets', () => {
  it('a rule is reported as shadowed exactly if no packet reaches it', { timeout: 240_000 }, () => {
    const counts = { dead: 0, alive: 0 }
    for (let seed = 1; seed <= amount(12, 30); seed++) {
      const { plan } = compile(small(seed), { targets: [] })
      if (plan === undefined) continue
      const host = createLintContext(plan)
      const entries = host.fib.inet.rules
      const reached = new Set<Rule>()
      for (const packet of universe) {
        // The rules that this packet reaches, without the report.
        const read = preparePacket(packet)
        const by = answering(host, packet)
        let first = 0
        for (const [place, entry] of entries.entries()) {
          if (place < first || mismatchOf(entry, read) !== undefined) continue
          reached.add(entry.rule)
          if (entry.rule === by) break
          if (entry.rule.action.type === 'goto' && entry.target !== undefined) first = entry.target
        }
      }
      for (const [rule, { kind }] of classifyRules(host)) {
        if (rule.family !== 'inet' || writtenPath(rule) === undefined) continue
        const isDead = kind === 'shadowed'
        counts[isDead ? 'dead' : 'alive']++
        if (kind !== 'behind-reply')
          expect([seed, rule.pref, kind, reached.has(rule)]).toEqual([seed, rule.pref, kind, !isDead])
      }
    }
    expect(counts.dead).toBeGreaterThan(amount(4, 15))
    expect(counts.alive).toBeGreaterThan(amount(25, 80))
  })
})
