// Addresses, clients and name servers of a family of a NetworkManager profile.
import type { Collector } from '../../../../found/collector.js'
import type { FoundLink, Place } from '../../../../found/found.js'
import { isLinkLocal, isUnspecified, parseAddress, type Address } from '../../../../kernel/address.js'
import { addressBits, familyName, type Family } from '../../../../kernel/family.js'
import type { LinkName } from '../../../../kernel/link.js'
import {
  anyPrefix,
  containsAddress,
  formatPrefix,
  hostPrefix,
  isHostPrefix,
  networkOf,
  type Prefix,
} from '../../../../kernel/prefix.js'
import { MAX_TABLE, RT_TABLE_MAIN, type TableId } from '../../../../kernel/table.js'
import { movedNetwork } from '../../moved-network.js'
import { ipKeys, ipMethods, ipSections, type IpMethod } from '../keys.js'
import type { Config } from './config.js'
import { booleanOf, integerOf, listOf, stringOf, type KeyEntry, type KeySection } from './keyfile.js'
import type { Profile } from './profiles.js'
import { defaultMetric } from '../types.js'

/** A family of a profile, as routes and rules need it. */
export interface IpSettings {
  readonly family: Family
  readonly method: IpMethod
  /** Undefined if the profile has none of the family. */
  readonly section: KeySection | undefined
  /** Of the profile's routes, where they have none of their own. */
  readonly metric: number
  readonly table: TableId
  /** The default route that the profile itself has. */
  readonly gateway?: { readonly via: Address; readonly place: Place; readonly comment?: string }
  /** Whether it has a default route in main with the metric that devices of its type share. */
  readonly isShared: boolean
}

export interface AddressContext {
  readonly config: Config
  readonly collector: Collector
  /** The table of the VRF that the link is a port of. */
  readonly vrf?: TableId
  /** The metric of a device for which nothing sets one. */
  readonly reserve: (device: string, standard: number) => number
}

export function readAddresses(
  link: FoundLink,
  profile: Profile,
  family: Family,
  { vrf, config, collector, reserve }: AddressContext,
): IpSettings {
  const { unknown } = collector
  const section = profile.keyfile.section(ipSections[family])
  const take = (key: string): KeyEntry | undefined => section?.take(key)
  const device = { name: profile.device, type: profile.type }
  const method = methodOf(profile, section, collector)
  const setMetric = standardOf(ipKeys.metric, -1, 0xffffffff)
  const table = standardOf(ipKeys.table, 0, MAX_TABLE) || vrf || RT_TABLE_MAIN
  const neverDefault = booleanOf(take(ipKeys.neverDefault), collector) ?? false
  const ignoresRoutes = booleanOf(take(ipKeys.ignoreRoutes), collector) ?? false
  const { addresses, gateway } = staticAddresses(family, section, collector)
  const canHaveAddresses = ['manual', 'auto', 'dhcp', 'shared'].includes(method)
  for (const { prefix, entry } of addresses)
    if (canHaveAddresses) link.addresses.push({ prefix, place: entry.place })
    else unknown(entry.place, `NetworkManager refuses addresses beside \`method=${method}\``)
  const hasClient = readClients(link, family, method, take, collector)
  if (family === 'inet6' && section === undefined && link.acceptRa === true) link.isRaDefault = true
  readNameservers(link, family, method, section, collector)
  const hasGateway = gateway !== undefined && !neverDefault && canHaveAddresses && addresses.length > 0
  if (gateway !== undefined && !hasGateway)
    collector.withoutEffect(
      gateway.place,
      neverDefault ? `${ipKeys.neverDefault} is set` : 'a gateway needs an address in the profile',
    )
  const isLeasedDefault = hasClient && !neverDefault && !ignoresRoutes && method !== 'dhcp'
  const isSet = setMetric !== undefined && setMetric >= 0
  const standard = defaultMetric(profile.type)
  const metric = isSet
    ? setMetric
    : hasGateway || isLeasedDefault
      ? reserve(profile.device, standard)
      : standard
  if (hasClient) link.leases[family] = { isDefault: isLeasedDefault, metric, table }
  if (canHaveAddresses && table !== (vrf ?? RT_TABLE_MAIN))
    for (const one of addresses) moveNetwork(one, { family, metric, table }, link.name, collector)
  return {
    ...{ family, method, section, metric, table },
    ...(hasGateway ? { gateway } : {}),
    isShared: !isSet && table === RT_TABLE_MAIN && (hasGateway || (isLeasedDefault && family === 'inet')),
  }

  function standardOf(key: string, min: number, max: number): number | undefined {
    const entry = take(key)
    const standard = config.defaultOf(`${ipSections[family]}.${key}`, device)
    return integerOf(entry, min, max, collector) ?? integerOf(standard, min, max, collector)
  }
}

/** `route-table` is for all routes of the profile, the connected ones included. */
function moveNetwork(
  { prefix, entry: { place } }: StaticAddresses['addresses'][number],
  attributes: { readonly family: Family; readonly metric: number; readonly table: TableId },
  dev: LinkName,
  { route, unknown }: Collector,
): void {
  const dst = networkOf(prefix)
  const isInet = attributes.family === 'inet'
  if (isHostPrefix(prefix)) return
  unknown(place, movedNetwork(ipKeys.table, formatPrefix(dst), attributes.table, dev))
  route({
    ...{ ...attributes, place, type: 'unicast', dst, nexthops: [{ dev }] },
    ...(isInet ? { scope: 'link' as const, prefsrc: prefix.address } : {}),
  })
}

/** nm-connection.c, _normalize_ip_config(): a missing section is `auto`. */
function methodOf(
  { type, place }: Profile,
  section: KeySection | undefined,
  { unknown }: Collector,
): IpMethod {
  if (section === undefined) return type === 'wireguard' || type === 'dummy' ? 'disabled' : 'auto'
  const entry = section.take(ipKeys.method)
  const method = ipMethods.find((one) => one === entry?.value)
  if (method === undefined)
    unknown(
      entry?.place ?? section.place ?? place,
      `NetworkManager refuses a profile whose \`method\` is missing or unknown`,
    )
  return method ?? 'disabled'
}

/** Whether a client runs. */
function readClients(
  link: FoundLink,
  family: Family,
  method: IpMethod,
  take: (key: string) => KeyEntry | undefined,
  { unknown, withoutEffect }: Collector,
): boolean {
  if (link.name === 'lo') return false
  const isAuto = method === 'auto'
  const timeout = take(ipKeys.dhcpTimeout)
  if (timeout !== undefined && !(family === 'inet6' && isAuto))
    withoutEffect(timeout.place, 'the key routes no packet')
  if (family === 'inet') {
    link.dhcp4 = isAuto
    if (method === 'link-local' || method === 'shared')
      unknown(link.place, `multihome has no \`method=${method}\` of IPv4`)
    return isAuto
  }
  // With `ignore` the kernel reads advertisements as its sysctls say.
  if (method !== 'ignore') link.acceptRa = isAuto
  // Of `auto`, the advertisement says whether there is DHCPv6; a profile that waits for it expects that.
  link.dhcp6 = method === 'dhcp' || (isAuto && timeout !== undefined)
  if (method === 'shared') unknown(link.place, 'multihome shares no IPv6 connection')
  return isAuto || method === 'dhcp'
}

interface StaticAddresses {
  readonly addresses: readonly { readonly prefix: Prefix; readonly entry: KeyEntry }[]
  readonly gateway: IpSettings['gateway']
}

/** nm-keyfile.c, read_one_ip_address_or_route(): `/`, `;` and `,` are the same. The key `gateway` counts before others. */
function staticAddresses(
  family: Family,
  section: KeySection | undefined,
  collector: Collector,
): StaticAddresses {
  const addresses: { readonly prefix: Prefix; readonly entry: KeyEntry }[] = []
  let gateway: IpSettings['gateway']
  for (const entry of section?.takeNumbered(ipKeys.address, 'addresses') ?? []) {
    const { value, place } = entry
    const [text = '', length = '', via = '', ...garbage] = fieldsOf(value)
    const prefix = prefixOf(family, text, length, family === 'inet' ? 24 : 64)
    const hop = via === '' ? undefined : parseAddress(via)
    if (prefix === undefined || garbage.length > 0 || (via !== '' && hop?.family !== family)) {
      collector.unknown(
        place,
        `NetworkManager reads no ${familyName(family)} address here, and ignores the line`,
      )
      continue
    }
    addresses.push({ prefix, entry })
    if (hop !== undefined && !isUnspecified(hop)) gateway ??= gatewayAt(hop, entry)
  }
  const own = section?.take('gateway')
  if (own === undefined || own.value === '') return { addresses, gateway }
  const via = parseAddress(stringOf(own))
  if (via?.family === family)
    return { addresses, gateway: isUnspecified(via) ? undefined : gatewayAt(via, own) }
  collector.unknown(own.place, `it is no ${familyName(family)} address`)
  return { addresses, gateway }
}

const gatewayAt = (via: Address, { place, comment }: KeyEntry): NonNullable<IpSettings['gateway']> => ({
  via,
  place,
  ...(comment === undefined ? {} : { comment }),
})

/** A last delimiter ends the value. The length may be left out: `192.0.2.10/192.0.2.1` has a gateway. */
export function fieldsOf(value: string): readonly string[] {
  const written = value.split(/[/;,]/).map((field) => field.trim())
  const fields = written.at(-1) === '' ? written.slice(0, -1) : written
  const [address = '', length = '', ...others] = fields
  return length === '' || /^\d+$/.test(length) ? fields : [address, '', length, ...others]
}

/** With host bits. `standard`: the length where none is given (DEFAULT_PREFIX). */
export function prefixOf(family: Family, text: string, length: string, standard: number): Prefix | undefined {
  const address = parseAddress(text)
  const bits = length === '' ? standard : /^\d{1,3}$/.test(length) ? Number(length) : Number.NaN
  return address?.family === family && bits <= addressBits(family)
    ? { family, address, length: bits }
    : undefined
}

function readNameservers(
  link: FoundLink,
  family: Family,
  method: IpMethod,
  section: KeySection | undefined,
  { unknown, withoutEffect }: Collector,
): void {
  const dns = section?.take(ipKeys.dns)
  const search = section?.take(ipKeys.search)
  const isUsed = method !== 'disabled' && method !== 'ignore'
  for (const entry of [dns, search])
    if (entry !== undefined && !isUsed) withoutEffect(entry.place, `\`method=${method}\` has no name servers`)
  if (!isUsed) return
  for (const text of dns === undefined ? [] : listOf(dns).flatMap((one) => one.split(/[,\s]+/))) {
    // 1.46: `192.0.2.53#name`, `dns+tls://192.0.2.53`.
    const address = parseAddress(text.replace(/^dns\+(?:udp|tls):\/\/|[#].*$/g, ''))
    if (address?.family === family) link.nameservers.push(address)
    else if (dns !== undefined) unknown(dns.place, `\`${text}\` is no ${familyName(family)} address`)
  }
  if (search === undefined) return
  for (const domain of listOf(search).flatMap((one) => one.split(/[,\s]+/)))
    if (!link.search.includes(domain)) link.search.push(domain)
}

/** Routes that NetworkManager adds for a gateway: the default one, and one to a gateway of no network of the link. */
export function gatewayRoutes(
  { gateway, family, metric, table }: IpSettings,
  link: FoundLink,
  name: LinkName,
  collector: Collector,
): void {
  if (gateway === undefined) return
  const { via, ...item } = gateway
  addDirectRoute(via, { family, metric, table }, link, name, item, collector)
  collector.route({
    ...{ ...item, family, type: 'unicast', dst: anyPrefix(family), table, metric },
    nexthops: [{ via, dev: name }],
  })
}

/** nm_l3_config_data_add_dependent_onlink_routes(): a copy of the route, to the gateway itself. */
export function addDirectRoute(
  via: Address,
  attributes: { readonly family: Family; readonly metric: number; readonly table: TableId },
  link: FoundLink,
  name: LinkName,
  item: { readonly place: Place; readonly comment?: string },
  collector: Collector,
  networks: readonly Prefix[] = [],
): void {
  const isReached =
    isLinkLocal(via) ||
    // Within the network of the lease, as far as anybody can tell before it is there.
    link.leases[attributes.family] !== undefined ||
    networks.some((prefix) => containsAddress(prefix, via)) ||
    link.addresses.some(({ prefix }) => !isHostPrefix(prefix) && containsAddress(networkOf(prefix), via))
  if (isReached) return
  collector.route({
    ...{ place: item.place, ...attributes, type: 'unicast', dst: hostPrefix(via) },
    ...(attributes.family === 'inet' ? { scope: 'link' as const } : {}),
    nexthops: [{ dev: name }],
  })
}
