// Rules that are never asked, or asked in vain.
import type { Reporter } from '../diagnostics/reporter.js'
import { familyName, type Family } from '../kernel/family.js'
import { loopback } from '../kernel/link.js'
import { hostPrefix, overlaps } from '../kernel/prefix.js'
import { isReservedTable, RT_TABLE_MAIN } from '../kernel/table.js'
import type { Packet } from '../lookup/lookup.js'
import { traceIn } from '../lookup/trace.js'
import { NOTHING } from '../packets/nodes.js'
import { softwareOfTable } from '../software/software.js'
import { actionKey } from '../plan/identity.js'
import type { Rule } from '../plan/plan.js'
import { exampleOf } from './example.js'
import type { Host } from './host.js'
import { findPacket, firstPacket, packetsOf } from './packets-of.js'
import { createReach, type Reaches } from './reach.js'
import { isElse, isReply, isSameWritten, nameOfTable, partWords, writtenPath } from './written.js'

/** What is known of one of the kernel’s rules. `fine`: some packet gets its answer there. */
export type Finding =
  | { readonly kind: 'fine' }
  /** Nothing comes as far as this. */
  | { readonly kind: 'shadowed'; readonly takers: readonly Rule[]; readonly packet: Packet | undefined }
  /** Its table answers nothing that comes here. */
  | { readonly kind: 'in-vain'; readonly packet: Packet }
  /** Packets from own addresses, for which it was written too, are answered by reply rules. */
  | { readonly kind: 'behind-reply'; readonly packet: Packet | undefined }

interface Found {
  readonly rule: Rule
  readonly finding: Finding
}

export type Findings = ReadonlyMap<Rule, Finding>

/** Of all rules but those of `else`, which are for the time when their own look-up has no answer. */
export function findRules(host: Host): Findings {
  const finders = { inet: createFinder(host, 'inet'), inet6: createFinder(host, 'inet6') }
  return new Map(
    host.plan.rules.filter((rule) => !isElse(rule)).map((rule) => [rule, finders[rule.family](rule)]),
  )
}

export function checkRules(host: Host, reporter: Reporter, findings: Findings): void {
  const written = new Map<string, Found[]>()
  for (const [rule, finding] of findings) {
    const path = writtenPath(rule)?.join('.')
    if (path === undefined) {
      if (finding.kind === 'shadowed') tellUnwritten(host, rule, finding.takers, reporter)
      continue
    }
    const parts = written.get(path)
    if (parts === undefined) written.set(path, [{ rule, finding }])
    else parts.push({ rule, finding })
  }
  for (const parts of written.values()) tellWritten(host, parts, reporter)
}

function createFinder(host: Host, family: Family): (rule: Rule) => Finding {
  // Most rules are found to be good by a packet or two; only the others need sets.
  let reach: Reaches | undefined
  const firstReply = Math.min(
    ...host.plan.rules.filter((rule) => rule.family === family && isReply(rule)).map(({ pref }) => pref),
  )
  return (rule) => {
    const meant = rule.pref > firstReply ? behindReply(host, rule) : undefined
    if (meant !== undefined) return { kind: 'behind-reply', packet: meant }
    const packets = () => packetsOf(host, family, rule.selector)
    if (findPacket(packets(), (packet) => isAnsweredBy(host, packet, rule)) !== undefined)
      return { kind: 'fine' }
    reach ??= createReach(host, family)
    const { taken, answered, takers, example } = reach.of(rule)
    if (taken === NOTHING) {
      const others = takers.filter((taker) => !isSameWritten(taker, rule))
      if (others.length === 0) return { kind: 'fine' }
      const packet = showingPacket(host, rule)
      return others.every(isReply) && writtenPath(rule) !== undefined
        ? { kind: 'behind-reply', packet }
        : { kind: 'shadowed', takers: others, packet }
    }
    if (answered !== NOTHING || rule.action.type !== 'lookup') return { kind: 'fine' }
    const packet = findPacket(packets(), (one) => isAskedFor(host, one, rule)) ?? example()
    return packet === undefined ? { kind: 'fine' } : { kind: 'in-vain', packet }
  }
}

/** One that the rule would take; at best one that fares otherwise than the rule would have it. */
function showingPacket(host: Host, rule: Rule): Packet | undefined {
  const { family, selector } = rule
  return (
    findPacket(packetsOf(host, family, selector), (packet) => isOtherwise(host, packet, rule)) ??
    firstPacket(host, family, selector)
  )
}

/** Whether the packet fares otherwise than the rule would have it. */
function isOtherwise(host: Host, packet: Packet, { action }: Rule): boolean {
  const answer = host.ask(packet)
  return 'rule' in answer && actionKey(answer.rule.action) !== actionKey(action)
}

function isAnsweredBy(host: Host, packet: Packet, rule: Rule): boolean {
  if (rule.action.type === 'goto') return isAskedFor(host, packet, rule)
  const answer = host.ask(packet)
  return 'rule' in answer && answer.rule === rule
}

const isAskedFor = (host: Host, packet: Packet, rule: Rule): boolean =>
  traceIn(host.fib, packet).steps.some((step) => step.rule === rule && step.outcome !== 'passed')

/** An exception to main that own packets were to take, had the reply rules in front not answered them. */
function behindReply(host: Host, rule: Rule): Packet | undefined {
  const { action, selector, family } = rule
  if (writtenPath(rule) === undefined || action.type !== 'lookup' || action.table !== RT_TABLE_MAIN)
    return undefined
  const { from, iif } = selector
  // What comes in by a link is forwarded, and has no address of this host.
  if (iif !== undefined && iif !== loopback) return undefined
  for (const { addresses } of host.plan.gateways)
    for (const { address } of addresses) {
      if (address.family !== family || (from !== undefined && !overlaps(from, hostPrefix(address)))) continue
      const own = { ...selector, from: hostPrefix(address), iif: loopback }
      for (const { iif: _iif, ...packet } of packetsOf(host, family, own)) {
        const answer = host.ask(packet)
        if ('rule' in answer && isReply(answer.rule)) return packet
      }
    }
  return undefined
}

/** Of a reply or a mark: no harm where the rule in front does the same, or the packets stay here. */
function tellUnwritten(host: Host, rule: Rule, takers: readonly Rule[], reporter: Reporter): void {
  if (takers.every((taker) => isKernels(taker) || actionKey(taker.action) === actionKey(rule.action))) return
  const packet = showingPacket(host, rule)
  reporter.at(...rule.origin.path).report(
    'rule-shadowed',
    { what: `${rule.origin.reason}: this`, rules: reasonsOf(takers) },
    {
      on: 'key',
      help: 'Narrow the rule in front, or let it stand behind by leaving its `priority` out.',
      ...(packet === undefined ? {} : { example: exampleOf(host, packet) }),
    },
  )
}

const isKernels = ({ origin: { path } }: Rule): boolean => path.length === 0

/** The kernel’s own is named where it is the only one. */
const reasonsOf = (rules: readonly Rule[]): readonly string[] => [
  ...new Set(
    (rules.every(isKernels) ? rules : rules.filter((rule) => !isKernels(rule))).map((rule) =>
      isKernels(rule) ? 'the kernel’s rule for this host’s own addresses' : rule.origin.reason,
    ),
  ),
]

function tellWritten(host: Host, parts: readonly Found[], reporter: Reporter): void {
  const path = parts[0] === undefined ? undefined : writtenPath(parts[0].rule)
  if (path === undefined) return
  const at = reporter.at(...path)
  const showing = (packet: Packet | undefined) =>
    packet === undefined ? {} : { example: exampleOf(host, packet) }
  const shadowed = parts.flatMap(({ rule, finding }) =>
    finding.kind === 'shadowed' ? [{ rule, ...finding }] : [],
  )
  const behind = parts.flatMap(({ finding }) => (finding.kind === 'behind-reply' ? [finding] : []))[0]
  const [first] = shadowed
  if (behind !== undefined) at.report('rule-behind-reply', {}, { on: 'key', ...showing(behind.packet) })
  else if (first !== undefined) {
    const isWhole = shadowed.length === parts.length
    at.report(
      'rule-shadowed',
      {
        what: isWhole ? 'this rule' : `this rule, as far as it is \`${partWords(first.rule)}\`,`,
        rules: reasonsOf(isWhole ? shadowed.flatMap(({ takers }) => takers) : first.takers),
      },
      { on: 'key', ...showing(first.packet) },
    )
  } else tellInVain(host, parts, reporter)
}

/** In one family alone it is told where the packets of that family then leave: a policy that they walk around. */
function tellInVain(host: Host, parts: readonly Found[], reporter: Reporter): void {
  const vain = parts.flatMap(({ rule, finding }) =>
    finding.kind === 'in-vain' && rule.action.type === 'lookup' && isOurs(host, rule.action.table)
      ? [{ rule, ...finding }]
      : [],
  )
  const isWhole = vain.length === parts.length
  const shown = isWhole ? vain[0] : vain.find(({ packet }) => host.ask(packet).kind === 'route')
  const path = shown === undefined ? undefined : writtenPath(shown.rule)
  if (shown === undefined || path === undefined || shown.rule.action.type !== 'lookup') return
  const { rule, packet } = shown
  const isFamily = parts.every((part) => part.finding.kind === 'in-vain' || part.rule.family !== rule.family)
  reporter.at(...path).report(
    'rule-falls-through',
    {
      table: nameOfTable(host.plan, shown.rule.action.table),
      packets: isWhole
        ? 'any packet of this rule'
        : isFamily
          ? `any ${familyName(rule.family)} packet of this rule`
          : `any packet of \`${partWords(rule)}\``,
    },
    { on: 'key', example: exampleOf(host, packet) },
  )
}

/** Main has routes of others too, and a table that no route is for is told by itself. */
const isOurs = ({ plan, filled }: Host, table: number): boolean =>
  !isReservedTable(table) && filled.has(table) && softwareOfTable(plan.coexist, table) === undefined
