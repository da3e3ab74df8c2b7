// Example packets of a plan: one for each rule of the description, for each gateway and for each family.
import { addressFromValue, addressValue, type Address } from '../../kernel/address.js'
import { families, familyName, type Family } from '../../kernel/family.js'
import { formatFwmark } from '../../kernel/fwmark.js'
import { loopback } from '../../kernel/link.js'
import {
  containsAddress,
  formatPrefixShort,
  isHostPrefix,
  networkOf,
  type Prefix,
} from '../../kernel/prefix.js'
import { protocolName } from '../../kernel/protocol.js'
import { sampleFields } from '../../kernel/selectors.js'
import type { KernelPlan, PlannedLink, Rule } from '../../plan/plan.js'

export interface Example {
  readonly label: string
  /** As for `ip route get`. */
  readonly packet: string
}

/** Examples of the description’s own rules; those of gateways and families are added. */
const MAX_RULES = 5
const MAX_EXAMPLES = 9

export function examplesOf(plan: KernelPlan): readonly Example[] {
  const lan = plan.state.links.find(
    ({ name, addresses, master }) =>
      master === undefined &&
      addresses.some(isNetwork) &&
      !plan.intent.gateways.some(({ link }) => link === name),
  )
  const ofRules = families.flatMap((family) => ruleExamples(plan, family, lan))
  const ownFamilies = families.filter((family) => hasFamily(plan, family))
  const examples = distinct([
    ...distinct(ofRules).slice(0, MAX_RULES),
    ...fromLan(plan, lan),
    ...plan.intent.gateways.flatMap((gateway) => replyOf(plan, gateway.name, gateway.addresses)),
    ...ownFamilies.map((family) => ({
      label: `this host, ${familyName(family)}`,
      packet: remoteAddress(plan, family),
    })),
  ])
  return examples.slice(0, MAX_EXAMPLES)
}

/** An IPv6 example with the label of an IPv4 one is left out. */
const distinct = (examples: readonly Example[]): readonly Example[] =>
  examples.filter(
    ({ packet, label }, index) =>
      examples.findIndex((other) => other.packet === packet || other.label === label) === index,
  )

const isNetwork = (prefix: Prefix): boolean => !isHostPrefix(prefix)

const hasFamily = (
  { state: { links }, dynamic: { tables: followed }, intent: { gateways } }: KernelPlan,
  family: Family,
): boolean =>
  links.some(({ addresses }) => addresses.some((address) => address.family === family)) ||
  followed.some(({ families }) => families.includes(family)) ||
  gateways.some(({ nexthops }) => nexthops.some((way) => way.family === family))

/** Remote addresses: documentation prefixes, then public ones. */
const remoteCandidates: Readonly<Record<Family, readonly string[]>> = {
  inet: ['203.0.113.77', '198.51.100.77', '192.0.2.77', '9.9.9.9'],
  inet6: ['2001:db8:ffff::77', '2620:fe::fe'],
}

/** Source of a packet received on a link without known networks. */
const remoteSource: Readonly<Record<Family, string>> = { inet: '198.18.0.7', inet6: '2001:db8:fffe::7' }

/** The first candidate outside of the host’s networks and of what its rules select. */
function remoteAddress(plan: KernelPlan, family: Family): string {
  const local = [
    ...plan.state.links.flatMap(({ addresses }) => addresses),
    ...plan.state.rules.flatMap(({ selector }) => selector.to ?? []),
  ]
  const candidates = remoteCandidates[family]
  const free = candidates.find(
    (text) =>
      !local.some((prefix) => prefix.length > 0 && containsAddress(networkOf(prefix), { family, text })),
  )
  return free ?? candidates.at(-1) ?? ''
}

/** An address in the network that is not the host’s own, or the only address of the prefix. */
function neighbourIn({ state: { links } }: KernelPlan, prefix: Prefix): Address {
  if (isHostPrefix(prefix)) return prefix.address
  const own = new Set(links.flatMap(({ addresses }) => addresses.map(({ address }) => addressValue(address))))
  const first = addressValue(networkOf(prefix).address)
  const room = BigInt(prefix.family === 'inet' ? 32 : 128) - BigInt(prefix.length)
  let value = first + (room < 4n ? 1n : 7n)
  while (own.has(value)) value++
  return addressFromValue(prefix.family, value)
}

function fromLan(plan: KernelPlan, lan: PlannedLink | undefined): readonly Example[] {
  const prefix = lan?.addresses.find(isNetwork)
  if (lan === undefined || prefix === undefined) return []
  const source = neighbourIn(plan, prefix).text
  return [
    {
      label: `from ${lan.name}`,
      packet: `${remoteAddress(plan, prefix.family)} from ${source} iif ${lan.name}`,
    },
  ]
}

const replyOf = (plan: KernelPlan, name: string, addresses: readonly Prefix[]): readonly Example[] =>
  addresses.slice(0, 1).map(({ family, address }) => ({
    label: `reply from ${name}’s address`,
    packet: `${remoteAddress(plan, family)} from ${address.text}`,
  }))

const services: Readonly<Record<number, string>> = {
  22: 'SSH',
  25: 'SMTP',
  53: 'DNS',
  80: 'HTTP',
  443: 'HTTPS',
  587: 'mail submission',
}

function ruleExamples(plan: KernelPlan, family: Family, lan: PlannedLink | undefined): readonly Example[] {
  return plan.state.rules
    .filter((rule) => rule.family === family && deservesExample(rule))
    .toSorted((a, b) => Number(isOfGateway(a)) - Number(isOfGateway(b)))
    .flatMap((rule) => ruleExample(plan, rule, lan) ?? [])
}

/** Rules of the description and of marks. Replies of gateways have examples of their own; `not` selects too much. */
const deservesExample = ({ selector, origin, action }: Rule): boolean =>
  selector.not !== true &&
  (origin.kind === 'rule' || selector.fwmark !== undefined) &&
  action.type === 'lookup'

const isOfGateway = ({ origin }: Rule): boolean => origin.kind === 'gateway'

function ruleExample(plan: KernelPlan, rule: Rule, lan: PlannedLink | undefined): Example | undefined {
  const { family, selector } = rule
  const { from, to, iif, oif, ipproto, uidrange } = selector
  const { mark = 0, sport, dport, uid, tos } = sampleFields(selector, family)
  const isOwn = uidrange !== undefined || oif !== undefined || iif === loopback
  const source = from === undefined ? undefined : neighbourIn(plan, from)
  const home = source === undefined ? undefined : homeOf(plan, source)
  const isHosts =
    source !== undefined &&
    plan.state.links.some((link) => link.addresses.some(({ address }) => address.text === source.text))
  const lanSource = isOwn ? undefined : addressBehind(plan, lan, family)
  const entry =
    iif !== undefined && iif !== loopback
      ? iif
      : isOwn || isHosts
        ? undefined
        : (home?.name ??
          (source === undefined && ipproto !== undefined && lanSource !== undefined ? lan?.name : undefined))
  const entryLink = plan.state.links.find(({ name }) => name === entry)
  const src =
    source?.text ??
    addressBehind(plan, entryLink, family) ??
    (entry === undefined ? undefined : remoteSource[family])
  const tokens = [
    to === undefined ? remoteAddress(plan, family) : neighbourIn(plan, to).text,
    ...(src === undefined ? [] : ['from', src]),
    ...(entry === undefined ? [] : ['iif', entry]),
    ...(oif === undefined ? [] : ['oif', oif]),
    ...(mark === 0 ? [] : ['mark', `0x${mark.toString(16)}`]),
    ...(ipproto === undefined ? [] : ['ipproto', protocolName(ipproto)]),
    ...(sport === undefined ? [] : ['sport', String(sport)]),
    ...(dport === undefined ? [] : ['dport', String(dport)]),
    ...(uid === undefined ? [] : ['uid', String(uid)]),
    ...(tos === undefined ? [] : ['tos', `0x${tos.toString(16)}`]),
  ]
  return { label: labelOf(rule, entry), packet: tokens.join(' ') }
}

const homeOf = (plan: KernelPlan, source: Address): PlannedLink | undefined =>
  plan.state.links.find(({ addresses }) =>
    addresses.some((address) => isNetwork(address) && containsAddress(networkOf(address), source)),
  )

function addressBehind(plan: KernelPlan, link: PlannedLink | undefined, family: Family): string | undefined {
  const prefix = link?.addresses.find((address) => address.family === family && isNetwork(address))
  return prefix === undefined ? undefined : neighbourIn(plan, prefix).text
}

function labelOf({ selector, origin }: Rule, entry: string | undefined): string {
  const port = selector.dport?.first
  const service = port === undefined ? undefined : (services[port] ?? `port ${port}`)
  const source = entry === undefined ? '' : ` from ${entry}`
  if (service !== undefined) return `${service}${source}`
  if (selector.fwmark !== undefined) return `marked ${formatFwmark(selector.fwmark)}`
  if (selector.uidrange !== undefined) return `user ${selector.uidrange.first}`
  if (origin.comment !== undefined && origin.comment.length < 32) return origin.comment
  const ends = [
    ...(selector.from === undefined ? [] : [`from ${selector.from.address.text}`]),
    ...(selector.to === undefined ? [] : [`to ${formatPrefixShort(selector.to)}`]),
  ]
  return `${ends.length === 0 ? 'packet' : ends.join(' ')}${entry === undefined ? '' : ` (${entry})`}`
}
