// verify in a real kernel: an installed plan is in sync, and each removed, added or changed item is the only finding.
import { describe, expect } from 'vitest'
import { familyFlag, type Family } from '../../src/kernel/family.js'
import { formatPrefix } from '../../src/kernel/prefix.js'
import type { KernelPlan, Route, Rule, Sysctl } from '../../src/plan/plan.js'
import {
  addressCommand,
  routeCommand,
  routeTokens,
  ruleTokens,
  type Tokens,
} from '../../src/syntax/iproute2.js'
import { formatSysctlKey, sysctlPath } from '../../src/kernel/sysctl.js'
import { gatherLine } from '../../src/verify/collect.js'
import type { Finding } from '../../src/verify/finding.js'
import { readState } from '../../src/verify/read/read-state.js'
import type { LiveState } from '../../src/verify/state.js'
import { verify } from '../../src/verify/verify.js'
import { withGivenLeases } from '../helpers/apply-fixture-leases.js'
import { physicalLinks } from '../helpers/virtual-link-support.js'
import { installLinks, installRouting } from './kernel.js'
import { inNetns, netnsTest, type Netns } from './netns.js'
import { installable, installableFixtures, planOf } from './plans-of-fixtures.js'

/** The line that is printed for ssh and Ansible. */
function gathered(netns: Netns, plan: KernelPlan): LiveState {
  const read = readState(netns.must(['sh', '-c', gatherLine(plan)]))
  if (!read.ok) throw new Error(read.problems.join('\n'))
  return read.value
}

/** Each finding in one line: `error missing rule pref 100 lookup 7`. */
const textOf = ({ severity, kind, what, words, live, why }: Finding): string =>
  [severity, kind, what, words, ...(live === undefined ? [] : ['<-', live]), why ?? ''].join(' ').trim()

/** Every plan with connection marks has a note about them. A namespace has no kernel.* of its own. */
const found = (netns: Netns, plan: KernelPlan): readonly Finding[] =>
  verify(plan, gathered(netns, plan)).filter(({ kind }) => kind !== 'unchecked')

function installAll(netns: Netns, { plan, installed }: Case): void {
  const byLease = new Set(
    plan.dynamic.tables.filter(({ routers }) => routers.length > 0).map(({ table }) => table),
  )
  installLinks(netns, installed)
  for (const { key, value } of installed.state.sysctls)
    netns.must(['sh', '-c', 'printf %s "$2" >"$1"', 'sh', sysctlPath(key), value])
  installRouting(netns, installed)
  // The table follows a default route in main that another program's client installs.
  for (const [index, { family, table, dst, nexthops }] of installed.state.routes.entries()) {
    const [hop] = nexthops
    const isOfOther = installed.state.links.some((link) => link.name === hop?.dev && !link.managed)
    if (table === 254 || dst.length > 0 || hop?.via === undefined || !isOfOther || !byLease.has(table))
      continue
    netns.must([
      'ip',
      familyFlag(family),
      'route',
      'add',
      'default',
      'via',
      hop.via.text,
      'dev',
      hop.dev,
      'onlink',
      'metric',
      String(700 + index),
    ])
  }
}

const isOfNet = ({ key }: Sysctl): boolean => key[0] === 'net'

interface Case {
  readonly name: string
  /** The plan to compare the host with. */
  readonly plan: KernelPlan
  /** The same plan with leases applied. */
  readonly installed: KernelPlan
}

const cases = installableFixtures.map((fixture): Case => {
  const whole = installable(planOf(fixture))
  const plan = { ...whole, state: { ...whole.state, sysctls: whole.state.sysctls.filter(isOfNet) } }
  return { name: fixture.name, plan, installed: withGivenLeases(fixture, plan) }
})

describe('as installed', () => {
  for (const one of cases)
    netnsTest(one.name, () =>
      inNetns(physicalLinks(one.plan), (netns) => {
        installAll(netns, one)
        expect(found(netns, one.plan).map(textOf)).toEqual([])
      }),
    )
})

interface Mutation {
  readonly name: string
  readonly commands: readonly Tokens[]
  readonly back: readonly Tokens[]
  /** Findings without their reasons. */
  readonly findings: readonly string[]
}

const rule = (words: string, family: Family, verb: 'add' | 'del'): Tokens => [
  ...['ip', familyFlag(family), 'rule', verb, 'protocol', '77'],
  ...words.split(' '),
]

const ofRules = ({ installed }: Case): readonly Mutation[] =>
  installed.state.rules.flatMap((one): readonly Mutation[] => {
    const words = ruleTokens(one).join(' ')
    const { family } = one
    const altered = (name: string, other: Rule): Mutation => {
      const otherWords = ruleTokens(other).join(' ')
      return {
        name: `${familyFlag(family)} ${words}: ${name}`,
        commands: [rule(words, family, 'del'), rule(otherWords, family, 'add')],
        back: [rule(otherWords, family, 'del'), rule(words, family, 'add')],
        findings: [`error different rule ${words} <- ${otherWords}`],
      }
    }
    return [
      {
        name: `${familyFlag(family)} ${words}: gone`,
        commands: [rule(words, family, 'del')],
        back: [rule(words, family, 'add')],
        findings: [`error missing rule ${words}`],
      },
      altered('moved', { ...one, pref: 31999 }),
      altered('another action', { ...one, action: { type: 'lookup', table: 4242 } }),
      altered('another selector', {
        ...one,
        selector: { ...one.selector, fwmark: { value: 0x71, mask: 0xff } },
      }),
    ]
  })

const ofRoutes = ({ installed }: Case): readonly Mutation[] =>
  installed.state.routes.flatMap((one): readonly Mutation[] => {
    const words = routeTokens(one).join(' ')
    const installing = (verb: 'append' | 'del', route: Route): Tokens =>
      routeCommand(verb, route, ['protocol', '77'])
    const altered = (name: string, other: Route): Mutation => ({
      name: `${familyFlag(one.family)} ${words}: ${name}`,
      commands: [installing('del', one), installing('append', other)],
      back: [installing('del', other), installing('append', one)],
      findings: [`error different route ${words} <- ${routeTokens(other).join(' ')}`],
    })
    return [
      {
        name: `${familyFlag(one.family)} ${words}: gone`,
        commands: [installing('del', one)],
        back: [installing('append', one)],
        findings: [`error missing route ${words}`],
      },
      altered('another metric', { ...one, metric: 31999 }),
      ...(one.nexthops.length === 0 ? [] : [altered('another MTU', { ...one, mtu: 1311 })]),
    ]
  })

const ofTables = ({ installed }: Case): readonly Mutation[] =>
  installed.intent.tables.map(({ id }) => {
    const words = `unreachable 198.18.7.0/24 table ${id}`
    return {
      name: `another route in ${id}`,
      commands: [`ip -4 route add ${words}`.split(' ')],
      back: [`ip -4 route del ${words}`.split(' ')],
      findings: [`error foreign route ${words}`],
    }
  })

const ofSysctls = ({ installed }: Case): readonly Mutation[] =>
  installed.state.sysctls
    .filter(({ kernelRaOnly }) => kernelRaOnly !== true)
    .map(({ key, value }) => {
      const other = value === '0' ? '1' : '0'
      const name = formatSysctlKey(key)
      const write = (text: string): Tokens => ['sh', '-c', `echo ${text} >${sysctlPath(key)}`]
      return {
        name: `${name}=${other}`,
        commands: [write(other)],
        back: [write(value)],
        findings: [`error different sysctl ${name}=${value} <- ${name}=${other}`],
      }
    })

/** The kernel deletes the routes of a deleted address, so they are installed again. */
const ofAddresses = ({ plan }: Case): readonly Mutation[] =>
  plan.state.links.flatMap((link) =>
    link.addresses.map((address) => {
      const words = `${formatPrefix(address)} dev ${link.name}`
      return {
        name: `${words}: gone`,
        commands: [addressCommand('del', address, link.name)],
        back: [addressCommand('add', address, link.name)],
        findings: [`error missing address ${words}`],
      }
    }),
  )

/** Commands fail for existing routes. */
const routesAgain = ({ installed }: Case): string =>
  installed.state.routes
    .map((route) => `${routeCommand('add', route, ['protocol', '77']).slice(1).join(' ')}\n`)
    .join('')

const strangers = ({ plan }: Case): readonly Mutation[] => {
  const [link] = plan.state.links.filter((one) => one.managed)
  if (link === undefined) return []
  return (['198.18.9.9/32', '2001:db8:9999::9/128'] as const).map((text) => ({
    name: `${text}: added`,
    commands: [['ip', 'address', 'add', text, 'dev', link.name]],
    back: [['ip', 'address', 'del', text, 'dev', link.name]],
    findings: [`error foreign address ${text} dev ${link.name}`],
  }))
}

const mutated = [
  ...['two-providers', 'static-and-leased-provider', 'vpn-fail-closed'],
  ...['dual-stack-balanced', 'cloud-beside-its-leases'],
]

const briefly = ({ severity, kind, what, words, live }: Finding): string =>
  [severity, kind, what, words, ...(live === undefined ? [] : ['<-', live])].join(' ')

describe('one changed item', () => {
  const chosen = cases.filter(({ name }) => mutated.includes(name))
  const perform = (netns: Netns, commands: readonly Tokens[]): void => {
    for (const command of commands) netns.must(command)
  }
  for (const one of chosen)
    netnsTest(one.name, { timeout: 120_000 }, () =>
      inNetns(physicalLinks(one.plan), (netns) => {
        installAll(netns, one)
        const mutations = [
          ...ofRules(one),
          ...ofRoutes(one),
          ...ofTables(one),
          ...ofSysctls(one),
          ...strangers(one),
        ]
        for (const { name, commands, back, findings } of mutations) {
          perform(netns, commands)
          expect.soft(found(netns, one.plan).map(briefly), name).toEqual(findings)
          perform(netns, back)
        }
        expect(found(netns, one.plan).map(briefly)).toEqual([])
        for (const { name, commands, back, findings } of ofAddresses(one)) {
          perform(netns, commands)
          const now = found(netns, one.plan)
          expect.soft(now.filter(({ what }) => what === 'address').map(briefly), name).toEqual(findings)
          // The kernel also deletes its connected route, and routes with it as source.
          const others = now.filter(({ what }) => what !== 'address')
          const isGoneToo = ({ kind, what }: Finding): boolean => kind === 'missing' && what === 'route'
          expect.soft(others.filter((finding) => !isGoneToo(finding)).map(briefly), name).toEqual([])
          perform(netns, back)
          netns.run(['ip', '-force', '-batch', '-'], routesAgain(one))
        }
      }),
    )
})
