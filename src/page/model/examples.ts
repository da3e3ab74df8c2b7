// Which packets are worth asking about on this host? One for each thing that the plan treats in its own way.
import { addressFromValue, addressValue, type Address } from '../../kernel/address.js'
import { families, familyName, type Family } from '../../kernel/family.js'
import { formatFwmark } from '../../kernel/fwmark.js'
import { loopback } from '../../kernel/link.js'
import { containsAddress, isHostPrefix, networkOf, type Prefix } from '../../kernel/prefix.js'
import { protocolName } from '../../lookup/mismatch-text.js'
import type { KernelPlan, PlannedLink, Rule } from '../../plan/plan.js'

export interface Example {
  readonly label: string
  /** In the words of `ip route get`. */
  readonly words: string
}

/** Of the writer’s own rules; gateways and families come on top. */
const MAX_RULES = 5
const MAX_EXAMPLES = 9

export function examplesOf(plan: KernelPlan): readonly Example[] {
  const lan = plan.links.find(
    ({ name, addresses, master }) =>
      master === undefined && addresses.some(isNetwork) && !plan.gateways.some(({ link }) => link === name),
  )
  const ofWritten = families.flatMap((family) => ofRules(plan, family, lan))
  const own = families.filter((family) => hasFamily(plan, family))
  const examples = distinct([
    ...distinct(ofWritten).slice(0, MAX_RULES),
    ...fromLan(plan, lan),
    ...plan.gateways.flatMap((gateway) => replyOf(plan, gateway.name, gateway.addresses)),
    ...own.map((family) => ({ label: `this host, ${familyName(family)}`, words: outsideOf(plan, family) })),
  ])
  return examples.slice(0, MAX_EXAMPLES)
}

/** What is asked of IPv4 is not asked again of IPv6. */
const distinct = (examples: readonly Example[]): readonly Example[] =>
  examples.filter(
    ({ words, label }, index) =>
      examples.findIndex((other) => other.words === words || other.label === label) === index,
  )

const isNetwork = (prefix: Prefix): boolean => !isHostPrefix(prefix)

const hasFamily = ({ links, followed, gateways }: KernelPlan, family: Family): boolean =>
  links.some(({ addresses }) => addresses.some((address) => address.family === family)) ||
  followed.some(({ families }) => families.includes(family)) ||
  gateways.some(({ ways }) => ways.some((way) => way.family === family))

/** Of the documentation’s and then of the world’s addresses the first that is in no network of the host. */
const somewhere: Readonly<Record<Family, readonly string[]>> = {
  inet: ['203.0.113.77', '198.51.100.77', '192.0.2.77', '9.9.9.9'],
  inet6: ['2001:db8:ffff::77', '2620:fe::fe'],
}

/** What comes in by a link whose networks nobody tells comes from here. */
const farAway: Readonly<Record<Family, string>> = { inet: '198.18.0.7', inet6: '2001:db8:fffe::7' }

function outsideOf(plan: KernelPlan, family: Family): string {
  const near = [
    ...plan.links.flatMap(({ addresses }) => addresses),
    ...plan.rules.flatMap(({ selector }) => selector.to ?? []),
  ]
  const candidates = somewhere[family]
  const free = candidates.find(
    (text) =>
      !near.some((prefix) => prefix.length > 0 && containsAddress(networkOf(prefix), { family, text })),
  )
  return free ?? candidates.at(-1) ?? ''
}

/** An address in the prefix that none of the host’s own is. */
function neighbourIn({ links }: KernelPlan, prefix: Prefix): Address {
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
      words: `${outsideOf(plan, prefix.family)} from ${source} iif ${lan.name}`,
    },
  ]
}

const replyOf = (plan: KernelPlan, name: string, addresses: readonly Prefix[]): readonly Example[] =>
  addresses.slice(0, 1).map(({ family, address }) => ({
    label: `reply from ${name}’s address`,
    words: `${outsideOf(plan, family)} from ${address.text}`,
  }))

const services: Readonly<Record<number, string>> = {
  22: 'SSH',
  25: 'SMTP',
  53: 'DNS',
  80: 'HTTP',
  443: 'HTTPS',
  587: 'mail submission',
}

function ofRules(plan: KernelPlan, family: Family, lan: PlannedLink | undefined): readonly Example[] {
  return plan.rules
    .filter((rule) => rule.family === family && isWorthAsking(rule))
    .toSorted((a, b) => Number(isOfGateway(a)) - Number(isOfGateway(b)))
    .flatMap((rule) => ofRule(plan, rule, lan) ?? [])
}

/** What a person wrote; not the replies of gateways, which have their own, and not what is turned round. */
const isWorthAsking = ({ selector, origin, action }: Rule): boolean =>
  selector.not !== true &&
  (origin.path[0] === 'rules' || selector.fwmark !== undefined) &&
  action.type === 'lookup'

const isOfGateway = ({ origin }: Rule): boolean => origin.path[0] === 'gateways'

function ofRule(plan: KernelPlan, rule: Rule, lan: PlannedLink | undefined): Example | undefined {
  const { family, selector } = rule
  const { from, to, iif, oif, fwmark, ipproto, dport, sport, uidrange, tos } = selector
  const isOwn = uidrange !== undefined || oif !== undefined || iif === loopback
  const source = from === undefined ? undefined : isHostPrefix(from) ? from.address : neighbourIn(plan, from)
  const home = source === undefined ? undefined : homeOf(plan, source)
  const isHosts =
    source !== undefined &&
    plan.links.some((link) => link.addresses.some(({ address }) => address.text === source.text))
  const lanSource = isOwn ? undefined : addressBehind(plan, lan, family)
  const entry =
    iif !== undefined && iif !== loopback
      ? iif
      : isOwn || isHosts
        ? undefined
        : (home?.name ??
          (source === undefined && ipproto !== undefined && lanSource !== undefined ? lan?.name : undefined))
  const src =
    source?.text ??
    addressBehind(
      plan,
      plan.links.find(({ name }) => name === entry),
      family,
    ) ??
    (entry === undefined ? undefined : farAway[family])
  const protocol = ipproto === undefined ? [] : ['ipproto', protocolName(ipproto)]
  const words = [
    to === undefined
      ? outsideOf(plan, family)
      : isHostPrefix(to)
        ? to.address.text
        : neighbourIn(plan, to).text,
    ...(src === undefined ? [] : ['from', src]),
    ...(entry === undefined ? [] : ['iif', entry]),
    ...(oif === undefined ? [] : ['oif', oif]),
    ...(fwmark === undefined || fwmark.value === 0 ? [] : ['mark', `0x${fwmark.value.toString(16)}`]),
    ...protocol,
    ...(sport === undefined ? [] : ['sport', String(sport.first)]),
    ...(dport === undefined ? [] : ['dport', String(dport.first)]),
    ...(uidrange === undefined ? [] : ['uid', String(uidrange.first)]),
    ...(tos === undefined ? [] : ['tos', `0x${tos.toString(16)}`]),
  ]
  return { label: labelOf(rule, entry), words: words.join(' ') }
}

const homeOf = (plan: KernelPlan, source: Address): PlannedLink | undefined =>
  plan.links.find(({ addresses }) =>
    addresses.some((address) => isNetwork(address) && containsAddress(networkOf(address), source)),
  )

function addressBehind(plan: KernelPlan, link: PlannedLink | undefined, family: Family): string | undefined {
  const prefix = link?.addresses.find((address) => address.family === family && isNetwork(address))
  return prefix === undefined ? undefined : neighbourIn(plan, prefix).text
}

function labelOf({ selector, origin }: Rule, entry: string | undefined): string {
  const port = selector.dport?.first
  const service = port === undefined ? undefined : (services[port] ?? `port ${port}`)
  const place = entry === undefined ? '' : ` from ${entry}`
  if (service !== undefined) return `${service}${place}`
  if (selector.fwmark !== undefined) return `marked ${formatFwmark(selector.fwmark)}`
  if (selector.uidrange !== undefined) return `user ${selector.uidrange.first}`
  if (origin.comment !== undefined && origin.comment.length < 32) return origin.comment
  return `${selector.from === undefined ? 'packet' : `from ${selector.from.address.text}`}${place === '' ? '' : ` (${entry ?? ''})`}`
}
