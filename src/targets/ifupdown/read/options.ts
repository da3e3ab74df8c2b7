// Options of a stanza, taken by those who read them; the rest is reported.
import type { Collector } from '../../../found/collector.js'
import { optionKeys } from '../../../syntax/interfaces.js'
import type { Option, Stanza } from './stanzas.js'

export interface Options {
  /** Options of these keys in the order of the file. A second call finds none of them. */
  readonly take: (...keys: readonly string[]) => readonly Option[]
  /** What nobody has taken. */
  readonly rest: () => readonly Option[]
}

const dashed = (key: string): string => key.replaceAll('_', '-')

export function optionsOf({ options }: Pick<Stanza, 'options'>): Options {
  const byKey = new Map<string, Option[]>()
  const order = new Map(options.map((option, index) => [option, index]))
  for (const option of options) {
    const same = byKey.get(option.key)
    if (same === undefined) byKey.set(option.key, [option])
    else same.push(option)
  }
  return {
    take: (...keys) => {
      const lists = keys.flatMap((key) => {
        const found = byKey.get(dashed(key))
        byKey.delete(dashed(key))
        return found === undefined ? [] : [found]
      })
      const [only = [], ...others] = lists
      return others.length === 0
        ? only
        : lists.flat().toSorted((a, b) => (order.get(a) ?? 0) - (order.get(b) ?? 0))
    },
    rest: () => [...byKey.values()].flat(),
  }
}

/** Reported if it is no number. */
export function integerOf(option: Option | undefined, collector: Collector): number | undefined {
  if (option === undefined) return undefined
  if (/^\d{1,10}$/.test(option.value)) return Number(option.value)
  collector.unknown(option.place, `\`${option.value}\` is no number`)
  return undefined
}

type Explained = readonly (readonly [keys: RegExp, why: string])[]

/** Keys of links that another program than multihome must make or set up. */
const foreign: Explained = [
  [/^(?:wpa|wireless|wifi|wlan)-/, 'multihome joins no wireless network; it can route over the link'],
  [/^(?:tunnel|vxlan|gre)-/, 'multihome creates no tunnel; it can route over one'],
  [/^(?:wireguard|wg)-/, 'multihome does not create WireGuard links; it can route over one'],
  [/^(?:ppp|pppoe)-/, 'multihome starts no PPP; it can route over the link'],
  [/^ovs-/, 'multihome does not create Open vSwitch links; it can route over one'],
  [
    /^(?:link-type|veth-|macvlan-|batman-|ipvlan-)/,
    'multihome does not create links of this kind; it can route over one',
  ],
]

/** The same for executors of ifupdown-ng. */
const foreignExecutors: Readonly<Record<string, string>> = {
  ppp: 'multihome starts no PPP; it can route over the link',
  wifi: 'multihome joins no wireless network; it can route over the link',
  wireguard: 'multihome does not create WireGuard links; it can route over one',
  'wireguard-quick': 'multihome does not create WireGuard links; it can route over one',
  tunnel: 'multihome creates no tunnel; it can route over one',
  gre: 'multihome creates no tunnel; it can route over one',
  vxlan: 'multihome creates no tunnel; it can route over one',
  batman: 'multihome does not create links of this kind; it can route over one',
}

/** Executors that the options of the stanza say as well. */
const executors = new Set([
  'bond',
  'bridge',
  'vlan',
  'vrf',
  'link',
  'static',
  'loopback',
  'ethtool',
  'forward',
])

const withoutEffect: Explained = [
  [/^network$/, 'the address has the network already'],
  [/^(?:dad|ll)-(?:attempts|interval)$/, 'it is how long ifupdown waits'],
  [new RegExp(`^(?:${optionKeys.addressPurge}|address-delete)$`), 'a description names all addresses'],
  [/^(?:description|alias|network-name|label)$/, 'it is a name'],
  [/^(?:hostname|leasetime|vendor|client|client-id|bootfile|server)$/, 'it is for the DHCP client'],
  [/^(?:dns-(?:options|sortlist|register)|nis-|ntp-)/, 'it is for the resolver'],
  [/^(?:media|txqueuelen|ethernet-|link-(?:speed|duplex|autoneg|fec)|ethtool-)/, 'it is for the card'],
  [/^(?:hardware-|offload-|driver-|gro-|gso-|tso-|lro-|rx-|tx-)/, 'it is for the card'],
  [/^(?:ufw|firewall|shaper|snmp|mstpctl)-/, 'it is for another program, which adds no routes'],
  [
    /^bond-(?:updelay|downdelay|use-carrier|num-|lp-interval|resend-igmp|peer-notif-delay|primary-reselect|fail-over-mac|ad-|give-a-chance|packets-per-slave)/,
    'it is a detail of the bond',
  ],
  [
    /^bridge-(?:maxwait|waitport|hello|maxage|ageing|gcint|pathcost|portprio|bridgeprio|mc|hash|igmp|mld|arp-nd|stats|always-up|learning|port-mc|portmc)/,
    'it is a detail of the bridge',
  ],
  [/^vlan-name-type$/, 'it is a name'],
]

/** Reports what nobody has taken. Whether another program makes the link. */
export function reportRest(options: Options, collector: Collector): boolean {
  let isForeign = false
  for (const { place, value } of options.take('use')) {
    const why = foreignExecutors[value]
    if (why !== undefined) {
      collector.unknown(place, why)
      isForeign = true
    } else if (executors.has(value)) collector.withoutEffect(place, 'the other options say so')
    else collector.unknown(place, `what the executor ${value} does is not read`)
  }
  for (const { place } of options.take('requires'))
    collector.withoutEffect(place, 'multihome brings lower links up first')
  for (const { key, place } of options.rest()) {
    const [, made] = foreign.find(([keys]) => keys.test(key)) ?? []
    const [, idle] = withoutEffect.find(([keys]) => keys.test(key)) ?? []
    if (made !== undefined) {
      if (isForeign) collector.withoutEffect(place, 'it is for the program that makes the link')
      else collector.unknown(place, made)
      isForeign = true
    } else if (idle !== undefined) collector.withoutEffect(place, idle)
    else collector.unknown(place, `the option ${key} is not known`)
  }
  return isForeign
}
