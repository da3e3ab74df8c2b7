// Addresses and gateways of stanzas, as ifupdown gives them to ip(8).
import type { Collector } from '../../../found/collector.js'
import type { FoundLink } from '../../../found/found.js'
import { addressWithPeer } from '../../../found/commands/ip/address.js'
import { parseAddress, type Address } from '../../../kernel/address.js'
import { addressBits, type Family } from '../../../kernel/family.js'
import { anyPrefix, containsAddress, lastAddress, type Prefix } from '../../../kernel/prefix.js'
import { RT_TABLE_MAIN, type TableId } from '../../../kernel/table.js'
import { optionKeys } from '../../../syntax/interfaces.js'
import { maskLength } from '../../../syntax/netmask.js'
import { integerOf, type Options } from './options.js'
import type { Option, Stanza } from './stanzas.js'

/** A default route of `gateway`. Which table has it is known once all links are read. */
export interface FoundGateway {
  readonly link: FoundLink
  readonly via: Address
  readonly metric?: number
  readonly option: Option
  /** Of the stanza. */
  readonly vrf?: string
}

/** Addresses of a static stanza; with `gateway`, the default routes. */
export function readAddresses(
  stanza: Stanza,
  options: Options,
  link: FoundLink,
  collector: Collector,
): readonly FoundGateway[] {
  const mask = options.take('netmask').at(-1)
  const peer = options.take('pointopoint', 'point-to-point').at(-1)
  const prefixes = options.take(optionKeys.address).flatMap((option) => {
    const prefix = prefixOf(option, stanza, mask, collector)
    if (prefix === undefined) return []
    const own =
      peer === undefined
        ? prefix
        : addressWithPeer(
            prefix.address,
            peer.value,
            link,
            { place: peer.place, ...(peer.comment === undefined ? {} : { comment: peer.comment }) },
            collector,
          )
    if (own !== undefined) link.addresses.push({ prefix: own, place: option.place })
    return own === undefined ? [] : [own]
  })
  for (const option of options.take('broadcast')) readBroadcast(option, prefixes, collector)
  for (const { place, value } of options.take('scope'))
    if (value !== 'global') collector.unknown(place, 'an address of a description has the scope global')
  for (const { place, value } of options.take('preferred-lifetime'))
    if (value !== 'forever') collector.unknown(place, 'an address of a description is preferred for ever')
  return readGateways(options, link, collector)
}

function readGateways(options: Options, link: FoundLink, collector: Collector): readonly FoundGateway[] {
  const metric = integerOf(options.take('metric').at(-1), collector)
  return options.take('gateway').flatMap((option) => {
    const via = parseAddress(option.value)
    if (via === undefined) collector.unknown(option.place, `\`${option.value}\` is not an address`)
    return via === undefined ? [] : [{ link, via, option, ...(metric === undefined ? {} : { metric }) }]
  })
}

/**
 * ifupdown takes the length from `netmask` before that of the address, and without either that of the class (IPv4,
 * compute_v4_mask) or /128; ifupdown-ng and ifupdown2, which need no family, take that of the address first.
 */
function prefixOf(
  { value, place }: Option,
  { family }: Stanza,
  mask: Option | undefined,
  collector: Collector,
): Prefix | undefined {
  const [text = '', written] = value.split('/')
  const address = parseAddress(text)
  if (address === undefined || (family !== undefined && address.family !== family)) {
    collector.unknown(place, `\`${value}\` is not an address of the family`)
    return undefined
  }
  const lengthText = family === undefined ? (written ?? mask?.value) : (mask?.value ?? written)
  const length =
    lengthText === undefined
      ? family === undefined
        ? undefined
        : defaultLength(address)
      : maskLength(lengthText, address.family)
  if (length === undefined) {
    collector.unknown(place, 'the length of its prefix is not known')
    return undefined
  }
  return { family: address.family, address, length }
}

function defaultLength({ family, text }: Address): number {
  if (family === 'inet6') return addressBits(family)
  const first = Number(text.split('.')[0])
  return first < 128 ? 8 : first < 192 ? 16 : 24
}

function readBroadcast({ value, place }: Option, prefixes: readonly Prefix[], collector: Collector): void {
  if (value === '+' || prefixes.some((prefix) => lastAddress(prefix).text === value))
    collector.withoutEffect(place, 'it is the broadcast address that the prefix has anyway')
  else collector.unknown(place, 'the broadcast address is not the last one of the prefix')
}

/**
 * Adds the default routes. ifupdown makes them `onlink`, which matters only where no network of the link has the next hop.
 * For IPv6 it replaces a route of the same metric (`ip -6 route replace`).
 */
export function addGateways(gateways: readonly FoundGateway[], collector: Collector): void {
  const last = new Map<string, FoundGateway>()
  for (const gateway of gateways) {
    if (gateway.via.family === 'inet') continue
    const key = `${gateway.vrf ?? ''} ${gateway.metric ?? ''}`
    const earlier = last.get(key)
    if (earlier !== undefined)
      collector.unknown(
        earlier.option.place,
        'a later `gateway` of the same metric replaces this default route',
      )
    last.set(key, gateway)
  }
  const replaced = new Set(last.values())
  for (const gateway of gateways) {
    const { link, via, metric, option, vrf } = gateway
    const family: Family = via.family
    const table = tableOf(gateway, collector)
    if (table === undefined) {
      collector.unknown(option.place, `the table of the VRF ${vrf} is not known`)
      continue
    }
    if (family === 'inet6' && !replaced.has(gateway)) continue
    const isOnLink = link.addresses.some(({ prefix }) => containsAddress(prefix, via))
    collector.route({
      family,
      type: 'unicast',
      dst: anyPrefix(family),
      table,
      ...(metric === undefined ? {} : { metric }),
      nexthops: [{ via, dev: link.name, ...(isOnLink || isLinkLocal(via) ? {} : { onlink: true }) }],
      place: option.place,
      ...(option.comment === undefined ? {} : { comment: option.comment }),
    })
  }
}

/** ifupdown2 and ifupdown-ng add the route to the table of the VRF. */
function tableOf({ vrf, option }: FoundGateway, collector: Collector): TableId | undefined {
  if (vrf === undefined) return RT_TABLE_MAIN
  const virtual = collector.link(vrf, option.place)?.virtual
  return virtual?.kind === 'vrf' ? virtual.table : undefined
}

const isLinkLocal = ({ family, text }: Address): boolean => family === 'inet6' && text.startsWith('fe80:')
