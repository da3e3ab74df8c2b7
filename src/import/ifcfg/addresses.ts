// Addresses, clients, gateways and name servers of ifcfg files.
import type { Collector } from '../../found/collector.js'
import type { FoundLink, Place } from '../../found/found.js'
import { addComment } from '../../found/own-comments.js'
import {
  addressFromValue,
  addressValue,
  isUnspecified,
  parseAddress,
  type Address,
} from '../../kernel/address.js'
import { familyName, type Family } from '../../kernel/family.js'
import { anyPrefix, containsAddress, networkOf, type Prefix } from '../../kernel/prefix.js'
import { MAX_TABLE, RT_TABLE_MAIN, type TableId } from '../../kernel/table.js'
import { maskLength } from '../../syntax/netmask.js'
import { addDirectRoute } from '../../targets/shared/networkmanager/read/addresses.js'
import { defaultMetric } from '../../targets/shared/networkmanager/types.js'
import { hasRuleFile, SCRIPTS, type Context } from './profile.js'
import { booleanOf, integerOf, readVariables, type Variable, type Variables } from './variables.js'

/** What routes of a family need. */
export interface FamilySettings {
  /** Of routes without one; undefined: the kernel's own. */
  readonly metric: number | undefined
  readonly table: TableId
}

/** make_ip4_setting() of ifcfg-rh, and ifup-eth of network-scripts. */
export function readInet(context: Context): FamilySettings {
  const { profile, link, host, collector } = context
  const { variables, isLegacy, device } = profile
  const protocol = variables.take('BOOTPROTO')
  const word = protocol?.value.toLowerCase() ?? 'none'
  const isDhcp = word === 'dhcp' || word === 'bootp'
  if (!/^(?:none|static|dhcp|bootp)$/.test(word) && protocol !== undefined)
    collector.unknown(protocol.place, `a description has no BOOTPROTO=${word}`)
  const own = inetAddresses(variables, isLegacy, collector)
  for (const address of own) link.addresses.push(address)
  link.dhcp4 = isDhcp
  const gateways = variables.takeNumbered('GATEWAY')
  const isDefault = isDefaultDevice(context, 'DEFROUTE')
  const hasRoutes = booleanOf(variables.take('PEERROUTES'), collector) ?? true
  const hostGateway = host.gateway === undefined ? undefined : inetAddress(host.gateway, 'inet', collector)
  const isHostGateway =
    gateways.length === 0 &&
    hostGateway !== undefined &&
    own.some(({ prefix }) => containsAddress(networkOf(prefix), hostGateway))
  if (
    gateways.length === 0 &&
    hostGateway !== undefined &&
    !isHostGateway &&
    own.length > 0 &&
    isDefault &&
    !isLegacy
  )
    collector.unknown(
      host.gateway?.place ?? variables.place,
      `NetworkManager gives the gateway to ${device} too, which has no network with it`,
    )
  const gateway = gateways[0] ?? (isHostGateway ? host.gateway : undefined)
  for (const other of gateways.slice(1)) collector.withoutEffect(other.place, 'the first gateway counts')
  const hasGateway = gateway !== undefined && isDefault && own.length > 0
  if (gateway !== undefined && !hasGateway)
    collector.withoutEffect(
      gateway.place,
      isDefault ? 'a gateway needs an address in the file' : 'another device has the default route',
    )
  const isLeased = isDhcp && isDefault && hasRoutes
  const settings = settingsOf(
    context,
    'inet',
    'IPV4_ROUTE_METRIC',
    'IPV4_ROUTE_TABLE',
    hasGateway || isLeased,
  )
  if (isDhcp) link.leases.inet = { isDefault: isLeased, metric: settings.metric ?? 0, table: settings.table }
  if (hasGateway) addGateway(gateway, 'inet', settings, context)
  moveNetworks(own, settings, collector)
  readNameservers(variables, link, collector)
  return settings
}

/** make_ip6_setting(): `ignore` leaves advertisements to the kernel. */
export function readInet6(context: Context): FamilySettings {
  const { profile, link, host, collector } = context
  const { variables } = profile
  const init =
    booleanOf(variables.take('IPV6INIT'), collector) ?? booleanOf(host.ipv6Init, collector) ?? false
  const isDisabled = booleanOf(variables.take('IPV6_DISABLED'), collector) ?? false
  const forwards = booleanOf(variables.take('IPV6FORWARDING'), collector)
  const autoconf = booleanOf(variables.take('IPV6_AUTOCONF'), collector)
  const dhcp6 = booleanOf(variables.take('DHCPV6C'), collector) ?? false
  const hasRoutes = booleanOf(variables.take('IPV6_PEERROUTES'), collector) ?? true
  const isActive = init && !isDisabled
  const isAuto = isActive && (autoconf ?? forwards !== true)
  const own = [variables.take('IPV6ADDR'), variables.take('IPV6ADDR_SECONDARIES')].flatMap((variable) =>
    variable === undefined ? [] : inet6Addresses(variable, isActive, collector),
  )
  for (const address of own) link.addresses.push(address)
  if (isActive) {
    link.acceptRa = isAuto
    link.dhcp6 = dhcp6
  } else if (isDisabled) link.acceptRa = false
  const gateway = variables.take('IPV6_DEFAULTGW')
  const isDefault = isDefaultDevice(context, 'IPV6_DEFROUTE')
  const hasGateway = own.length > 0 && isDefault && isActive
  const used = gateway ?? (own.length > 0 ? host.defaultGw6 : undefined)
  const isLeased = isAuto && isDefault && hasRoutes
  const settings = settingsOf(
    context,
    'inet6',
    'IPV6_ROUTE_METRIC',
    'IPV6_ROUTE_TABLE',
    isLeased || (hasGateway && used !== undefined),
  )
  if (isAuto || (isActive && dhcp6))
    link.leases.inet6 = { isDefault: isLeased, metric: settings.metric ?? 1024, table: settings.table }
  if (used !== undefined && hasGateway) addGateway(used, 'inet6', settings, context)
  else if (gateway !== undefined)
    collector.withoutEffect(
      gateway.place,
      'a gateway needs an IPv6 address in the file, IPV6INIT and the default route',
    )
  moveNetworks(own, settings, collector)
  return settings
}

interface OwnAddress {
  readonly prefix: Prefix
  readonly place: Place
}

/** read_full_ip4_address(): PREFIX before NETMASK; without both the length of the class. */
function inetAddresses(variables: Variables, isLegacy: boolean, collector: Collector): readonly OwnAddress[] {
  return variables.takeNumbered('IPADDR').flatMap((variable) => {
    const { suffix, place } = variable
    // expand_config() of network-scripts takes PREFIX for PREFIX0, NetworkManager does not.
    const lengths = suffix === '0' && isLegacy ? ['0', ''] : [suffix]
    const bits = lengths.flatMap((one) => variables.take(`PREFIX${one}`) ?? [])[0]
    const mask = lengths.flatMap((one) => variables.take(`NETMASK${one}`) ?? [])[0]
    const address = inetAddress(variable, 'inet', collector)
    if (address === undefined) return []
    const [, slash] = variable.value.split('/')
    const length = bits?.value ?? mask?.value ?? slash ?? classLength(address)
    const known = maskLength(length, 'inet')
    if (known === undefined) {
      collector.unknown((bits ?? mask)?.place ?? place, `\`${length}\` is no length of a prefix`)
      return []
    }
    return [{ place, prefix: { family: 'inet', address, length: known } }]
  })
}

/** nm_ip4_addr_get_default_prefix(). */
const classLength = ({ text }: Address): string => {
  const first = Number(text.split('.')[0])
  return first < 128 ? '8' : first < 192 ? '16' : '24'
}

function inetAddress(
  { value, place }: Variable,
  family: Family,
  { unknown }: Collector,
): Address | undefined {
  const address = parseAddress(value.replace(/[/%].*$/, ''))
  if (address?.family === family) return address
  unknown(place, `it is no ${familyName(family)} address`)
  return undefined
}

/** Separated by blanks; /64 without a length. */
function inet6Addresses(
  { value, place }: Variable,
  isActive: boolean,
  { unknown, withoutEffect }: Collector,
): readonly OwnAddress[] {
  if (!isActive) {
    withoutEffect(place, 'IPV6INIT is not `yes`')
    return []
  }
  return value.split(/[\s,]+/).flatMap((word): readonly OwnAddress[] => {
    const [text = '', bits = '64'] = word.split('/')
    const address = parseAddress(text)
    const length = maskLength(bits, 'inet6')
    if (address?.family === 'inet6' && length !== undefined)
      return [{ place, prefix: { family: 'inet6', address, length } }]
    unknown(place, `\`${word}\` is no IPv6 address`)
    return []
  })
}

/** GATEWAYDEV of the host counts before DEFROUTE, and so does the device of IPV6_DEFAULTGW and IPV6_DEFAULTDEV. */
function isDefaultDevice({ profile, host, collector }: Context, name: string): boolean {
  const own = booleanOf(profile.variables.take(name), collector) ?? true
  const device =
    name === 'DEFROUTE'
      ? host.gatewayDev?.value
      : (host.defaultGw6?.value.split('%')[1] ?? host.defaultDev6?.value)
  return device === undefined ? own : device === profile.device
}

function settingsOf(
  context: Context,
  family: Family,
  metricName: string,
  tableName: string,
  hasDefault: boolean,
): FamilySettings {
  const { profile, metrics, collector } = context
  const { variables, isLegacy, device, type } = profile
  const table = tableOf(variables.take(tableName), context)
  const set = integerOf(variables.take(metricName), -1, 0xffffffff, collector)
  if (isLegacy)
    return {
      table,
      metric: family === 'inet' ? integerOf(variables.take('METRIC'), 0, 0xffffffff, collector) : undefined,
    }
  if (set !== undefined && set >= 0) return { table, metric: set }
  const standard = defaultMetric(type.profile)
  if (!hasDefault) return { table, metric: standard }
  if (table === RT_TABLE_MAIN && family === 'inet')
    metrics.share(family, type.profile, device, variables.place)
  return { table, metric: metrics.reserve(device, standard) }
}

/** NetworkManager's own keys count only where it adds the routes itself (make_ip4_setting, `routes_read`). */
function tableOf(variable: Variable | undefined, context: Context): TableId {
  const { profile, collector } = context
  const table = integerOf(variable, 0, MAX_TABLE, collector)
  if (variable === undefined || table === undefined || table === 0) return RT_TABLE_MAIN
  if (!profile.isLegacy && !hasRuleFile(context)) return table
  collector.unknown(
    variable.place,
    profile.isLegacy
      ? 'network-scripts do not read it'
      : 'NetworkManager ignores it, since a `rule-` file is there too',
  )
  return RT_TABLE_MAIN
}

function addGateway(
  variable: Variable,
  family: Family,
  { metric, table }: FamilySettings,
  { link, profile, collector }: Context,
): void {
  const via = inetAddress(variable, family, collector)
  if (via === undefined || isUnspecified(via)) return
  const item = {
    place: variable.place,
    ...(variable.comment === undefined ? {} : { comment: variable.comment }),
  }
  if (!profile.isLegacy)
    addDirectRoute(via, { family, table, metric: metric ?? 0 }, link, link.name, item, collector)
  collector.route({
    ...{ ...item, family, type: 'unicast', dst: anyPrefix(family), table },
    ...(metric === undefined ? {} : { metric }),
    nexthops: [{ via, dev: link.name }],
  })
}

/** As in profiles, the table of the routes is that of connected ones too. */
function moveNetworks(own: readonly OwnAddress[], { table }: FamilySettings, { unknown }: Collector): void {
  const [first] = own
  if (first !== undefined && table !== RT_TABLE_MAIN)
    unknown(
      first.place,
      `the network of the address is in table ${table} alone, and multihome has it in main too`,
    )
}

function readNameservers(variables: Variables, link: FoundLink, { unknown }: Collector): void {
  for (const { value, place } of variables.takeNumbered('DNS')) {
    const address = parseAddress(value)
    if (address === undefined) unknown(place, 'it is no address')
    else link.nameservers.push(address)
  }
  for (const name of ['DOMAIN', 'SEARCH'])
    for (const domain of variables.take(name)?.value.split(/\s+/) ?? [])
      if (!link.search.includes(domain)) link.search.push(domain)
}

/** `ifcfg-eth0:0` has more addresses of eth0, `ifcfg-eth0-range0` a range of them. */
export function readAliases({ profile, link, files, aliases, collector }: Context): void {
  for (const name of aliases.get(profile.name) ?? []) {
    const file = `${SCRIPTS}/${name}`
    const variables = readVariables(file, files.get(file) ?? '', collector)
    variables.take('DEVICE')
    const onParent = variables.take('ONPARENT')
    if (booleanOf(onParent, collector) === false) {
      collector.withoutEffect(
        onParent?.place ?? variables.place,
        'the alias does not come up with its device',
      )
      continue
    }
    if (name.includes('-range')) readRange(variables, link, collector)
    const own = inetAddresses(variables, profile.isLegacy, collector)
    for (const address of own) link.addresses.push(address)
    addComment(link, variables.comment, own.map(({ prefix }) => prefix.address.text).join(', ') || name)
    for (const { name: variable, place, value } of variables.rest())
      if (
        value === '' ||
        /^(?:NAME|ONBOOT|BOOTPROTO|BROADCAST\d*|NETWORK\d*|GATEWAY\d*|TYPE|USERCTL|NM_CONTROLLED|NO_ALIASROUTING|CLONENUM_START|UUID|ARPCHECK)$/.test(
          variable,
        )
      )
        collector.withoutEffect(place, 'an alias adds addresses only')
      else collector.unknown(place, 'the variable is not known')
  }
}

/** At most a network of 24 bits, as ifup-aliases refuses more. */
const MAX_RANGE = 256n

function readRange(variables: Variables, link: FoundLink, collector: Collector): void {
  const start = variables.take('IPADDR_START')
  const end = variables.take('IPADDR_END')
  const bits = variables.take('PREFIX')
  const mask = variables.take('NETMASK')
  if (start === undefined || end === undefined) {
    collector.unknown(variables.place, 'a range needs IPADDR_START and IPADDR_END')
    return
  }
  const first = inetAddress(start, 'inet', collector)
  const last = inetAddress(end, 'inet', collector)
  if (first === undefined || last === undefined) return
  const length = maskLength((bits ?? mask)?.value ?? classLength(first), 'inet')
  const count = addressValue(last) - addressValue(first) + 1n
  if (length === undefined || count < 1n || count > MAX_RANGE) {
    collector.unknown(start.place, 'it is no range of at most 256 addresses')
    return
  }
  for (let offset = 0n; offset < count; offset++)
    link.addresses.push({
      place: start.place,
      prefix: { family: 'inet', address: addressFromValue('inet', addressValue(first) + offset), length },
    })
}
