// Installation of plans in a namespace by the commands of script targets, and the state read back as JSON.
import { familyFlag } from '../../src/kernel/family.js'
import type { Family } from '../../src/kernel/family.js'
import { effectiveMetric } from '../../src/plan/keys.js'
import type { KernelPlan, Route, Rule } from '../../src/plan/plan.js'
import {
  addressCommand,
  linkCommands,
  createCommand,
  routeTokens,
  ruleTokens,
  type Tokens,
} from '../../src/syntax/iproute2.js'
import { isCreatedBy } from '../helpers/virtual-link-support.js'
import { isInstallableRule, type Netns } from './namespace.js'

const FAMILIES = ['inet', 'inet6'] as const

/** Rules that namespaces of this machine can have; namespace.ts has the reason. */
export const installableRules = (plan: KernelPlan): readonly Rule[] =>
  plan.state.rules.filter(isInstallableRule)

function batch(netns: Netns, options: readonly string[], commands: readonly Tokens[]): void {
  if (commands.length === 0) return
  netns.must(['ip', ...options, '-batch', '-'], commands.map((words) => `${words.join(' ')}\n`).join(''))
}

/** Links and addresses, also those that other programs would install. */
export function installLinks(netns: Netns, plan: KernelPlan): void {
  for (const link of plan.state.links)
    if (isCreatedBy(link) && link.virtual !== undefined) netns.must(createCommand(link.name, link.virtual))
  for (const link of plan.state.links) {
    const commands = link.managed
      ? linkCommands(link)
      : [
          ['ip', 'link', 'set', 'dev', link.name, 'up'],
          ...link.addresses.map((address) => addressCommand('replace', address, link.name)),
        ]
    for (const command of commands) netns.must(command)
  }
  netns.must(['sh', '-c', waitForAddresses])
}

/** Even without duplicate address detection a kernel worker makes an IPv6 address valid, and `src` needs it. */
const waitForAddresses = `
  for try in $(seq 100); do
    [ -n "$(ip -6 -o address show tentative)" ] || exit 0
    sleep 0.02
  done
  exit 1
`

/** Installs routes, then rules. */
export function installRouting(netns: Netns, plan: KernelPlan): void {
  for (const family of FAMILIES) {
    batch(
      netns,
      [familyFlag(family)],
      plan.state.routes
        .filter((route) => route.family === family)
        .map((route) => ['route', 'replace', 'protocol', '77', ...routeTokens(route)]),
    )
  }
  for (const family of FAMILIES) {
    batch(
      netns,
      [familyFlag(family)],
      installableRules(plan)
        .filter((rule) => rule.family === family)
        .map((rule) => ['rule', 'add', 'protocol', '77', ...ruleTokens(rule)]),
    )
  }
}

type Json = Readonly<Record<string, unknown>>

const words = (...parts: readonly unknown[]): string =>
  parts.filter((part) => part !== undefined && part !== '').join(' ')
const pair = (key: string, value: unknown): string => (value === undefined ? '' : `${key} ${String(value)}`)

/** Numbers of rtnetlink(7), since `-N` prints no names. */
const TYPES: Readonly<Record<string, string>> = {
  1: '',
  2: 'local',
  6: 'blackhole',
  7: 'unreachable',
  8: 'prohibit',
  9: 'throw',
}
const SCOPES: Readonly<Record<string, string>> = { 253: 'link', 254: 'host' }
const TABLES: Readonly<Record<string, string>> = { 253: 'default', 254: 'main', 255: 'local' }

/** RTPROT_MULTIHOME, and RTPROT_BOOT, the default of `ip`. */
export const OURS: readonly string[] = ['77']
export const OURS_OR_BOOT: readonly string[] = ['77', '3']

/** Routes with these protocols in the kernel, sorted and normalized. */
export function kernelRoutes(netns: Netns, protocols = OURS): readonly string[] {
  return FAMILIES.flatMap((family) =>
    (netns.ip('-N', '-d', familyFlag(family), 'route', 'show', 'table', 'all') as Json[])
      .filter((route) => protocols.includes(String(route['protocol'])))
      .map((route) => spellRoute(family, route)),
  ).sort()
}

function spellRoute(family: Family, route: Json): string {
  const type = TYPES[String(route['type'])] ?? `type ${String(route['type'])}`
  const rejects = type !== '' && type !== 'local'
  const metrics = route['metrics'] as readonly Json[] | undefined
  const hops = (route['nexthops'] as readonly Json[] | undefined) ?? (rejects ? [] : [route])
  return words(
    family,
    type,
    route['dst'],
    pair('table', route['table'] === '254' ? undefined : route['table']),
    pair('scope', family === 'inet' ? SCOPES[String(route['scope'])] : undefined),
    pair('src', route['prefsrc']),
    pair('metric', route['metric'] ?? 0),
    pair('mtu', metrics?.[0]?.['mtu']),
    ...hops.flatMap((hop) => {
      const via = hop['via'] as Json | undefined
      const flags = (hop['flags'] ?? []) as readonly string[]
      return [
        'nexthop',
        pair('via', via === undefined ? hop['gateway'] : via['host']),
        pair('dev', hop['dev']),
        pair('weight', hop['weight'] ?? 1),
        flags.includes('onlink') ? 'onlink' : '',
      ]
    }),
  )
}

export const plannedRoutes = (plan: KernelPlan): readonly string[] =>
  plan.state.routes.map(spellPlanned).sort()

function spellPlanned(route: Route): string {
  const single = route.nexthops.length === 1 ? route.nexthops[0] : undefined
  const scope =
    route.scope ??
    (route.type === 'local' ? 'host' : single !== undefined && single.via === undefined ? 'link' : 'global')
  return words(
    route.family,
    route.type === 'unicast' ? '' : route.type,
    route.dst.length === 0
      ? 'default'
      : route.dst.length === (route.family === 'inet' ? 32 : 128)
        ? route.dst.address.text
        : `${route.dst.address.text}/${route.dst.length}`,
    pair('table', route.table === 254 ? undefined : route.table),
    pair('scope', route.family === 'inet' && scope !== 'global' ? scope : undefined),
    pair('src', route.prefsrc?.text),
    pair('metric', effectiveMetric(route)),
    pair('mtu', route.mtu),
    ...route.nexthops.flatMap((hop) => [
      'nexthop',
      pair('via', hop.via?.text),
      pair('dev', hop.dev),
      pair('weight', hop.weight ?? 1),
      hop.onlink === true ? 'onlink' : '',
    ]),
  )
}

/** IPv4 first; rules of one priority keep the kernel's order. */
export function kernelRules(netns: Netns, protocols = OURS): readonly string[] {
  return FAMILIES.flatMap((family) =>
    (netns.ip('-N', familyFlag(family), 'rule', 'show') as Json[])
      .filter((rule) => protocols.includes(protocolOf(rule)))
      .map((rule) => spellRule(family, rule)),
  )
}

/** Rules without a protocol and rules of the kernel print none. */
const protocolOf = ({ protocol, priority }: Json): string =>
  String(protocol ?? ([0, 32766, 32767].includes(Number(priority)) ? '2' : '3'))

function spellRule(family: Family, rule: Json): string {
  const range = (first: unknown, last: unknown): string | undefined =>
    first === undefined
      ? undefined
      : last === undefined || first === last
        ? String(first)
        : `${String(first)}-${String(last)}`
  const prefix = (key: string, length: string): unknown =>
    rule[length] === undefined ? rule[key] : `${String(rule[key])}/${String(rule[length])}`
  // `ip` prints %#x, without the mask of a whole mark; a plan writes value and mask of 0.
  const value = rule['fwmark'] === '0' ? '0x0' : rule['fwmark']
  const mask = rule['fwmask'] ?? (value === '0x0' ? '0xffffffff' : undefined)
  const mark = mask === undefined ? value : `${String(value)}/${String(mask)}`
  const action = rule['action']
  return words(
    family,
    pair('pref', rule['priority']),
    rule['not'] === null ? 'not' : '',
    pair('from', rule['src'] === 'all' ? undefined : prefix('src', 'srclen')),
    pair('to', prefix('dst', 'dstlen')),
    pair('tos', rule['tos']),
    pair('fwmark', mark),
    pair('iif', rule['iif']),
    pair('oif', rule['oif']),
    pair(
      'uidrange',
      rule['uid_start'] === undefined ? undefined : `${String(rule['uid_start'])}-${String(rule['uid_end'])}`,
    ),
    pair('ipproto', String(rule['ipproto'] ?? '').replace('ipproto-', '') || undefined),
    pair('sport', range(rule['sport'] ?? rule['sport_start'], rule['sport_end'])),
    pair('dport', range(rule['dport'] ?? rule['dport_start'], rule['dport_end'])),
    pair('dscp', rule['dscp']),
    pair('goto', rule['goto']),
    rule['table'] === undefined || action !== undefined
      ? ''
      : pair('lookup', TABLES[String(rule['table'])] ?? rule['table']),
    pair('suppress_prefixlength', rule['suppress_prefixlen']),
    action === undefined ? '' : (TYPES[String(action)] ?? `action ${String(action)}`),
  )
}

export const plannedRules = (plan: KernelPlan): readonly string[] =>
  FAMILIES.flatMap((family) => installableRules(plan).filter((rule) => rule.family === family)).map((rule) =>
    [rule.family, ...ruleTokens({ ...rule, selector: withoutAny(rule) })].join(' '),
  )

function withoutAny({ selector: { from, to, ...rest } }: Rule): Rule['selector'] {
  return {
    ...rest,
    ...(from === undefined || from.length === 0 ? {} : { from }),
    ...(to === undefined || to.length === 0 ? {} : { to }),
  }
}
