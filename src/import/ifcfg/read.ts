// Reader for ifcfg files of Red Hat's systems: RHEL 6 to 8, by NetworkManager's ifcfg-rh or by network-scripts.
import type { Collector } from '../../found/collector.js'
import type { FoundLink, Place } from '../../found/found.js'
import { pathsOf, type InputFiles, type Reader } from '../../found/reader.js'
import { isLinkName, type LinkName } from '../../kernel/link.js'
import { parseMac } from '../../kernel/mac.js'
import { groupPairs } from '../../stdlib/group-by.js'
import { namesCards, readCards } from '../../targets/shared/read/cards.js'
import { createSharedMetrics } from '../../targets/shared/networkmanager/shared-metrics.js'
import { readAliases, readInet, readInet6 } from './addresses.js'
import { SCRIPTS, type Context, type Host, type Profile } from './profile.js'
import { readLinkRoutes, readStaticRoutes } from './routes.js'
import { typeOf, virtualOf } from './types.js'
import { booleanOf, integerOf, readVariables, type Variable, type Variables } from './variables.js'

const GLOBAL_FILE = '/etc/sysconfig/network'
const STATIC_ROUTES = '/etc/sysconfig/static-routes'
const OWN = /^(?:ifcfg|route6?|rule6?)-(.+)$/
/** utils_should_ignore_file() of ifcfg-rh: copies. */
const COPIES = /~$|\.(?:bak|old|orig|rej|rpmnew|rpmsave|rpmorig|swp)$/

const nameOf = (path: string): string | undefined => {
  const name = path.startsWith(`${SCRIPTS}/`) ? path.slice(SCRIPTS.length + 1) : ''
  return name.includes('/') || COPIES.test(name) || !OWN.test(name) ? undefined : name
}

export const ifcfgReader: Reader = {
  name: 'ifcfg',
  reads: (path) =>
    namesCards(path) || path === GLOBAL_FILE || path === STATIC_ROUTES || nameOf(path) !== undefined,
  read(files, collector) {
    const names = new Set(
      pathsOf(files, (path) => nameOf(path) !== undefined).flatMap((path) => nameOf(path) ?? []),
    )
    if (names.size === 0 && !files.has(STATIC_ROUTES)) return
    const host = readHost(files, collector)
    const cards = readCards(files).nameOf
    const profiles = [...names]
      .filter((name) => name.startsWith('ifcfg-'))
      .flatMap((name) => readProfile(name, files, cards, collector) ?? [])
    const ports = groupPairs(
      profiles.flatMap(({ master, device }) =>
        master === undefined ? [] : [[master.value, device] as const],
      ),
    )
    const aliases = groupPairs(
      [...names].flatMap((name) => {
        const [, base] = /^ifcfg-([^:]+?)(?::.*|-range\d*)$/.exec(name) ?? []
        return base === undefined ? [] : [[base, name] as const]
      }),
    )
    const metrics = createSharedMetrics()
    for (const profile of profiles) {
      const link = readProfileLink(profile, ports.get(profile.device) ?? [], collector)
      if (link === undefined) continue
      readAddresses({ profile, link, host, files, metrics, names, aliases, collector })
      reportRest(profile, collector)
    }
    const devices = new Set(profiles.map(({ device }) => device))
    for (const { master } of profiles)
      if (master !== undefined && !devices.has(master.value))
        collector.atEnd(() => joinMaster(master, ports.get(master.value) ?? [], collector))
    if (files.has(STATIC_ROUTES))
      readStaticRoutes(
        STATIC_ROUTES,
        files.get(STATIC_ROUTES) ?? '',
        profiles.some(({ isLegacy }) => isLegacy),
        collector,
      )
    metrics.report(collector)
  },
}

function readHost(files: InputFiles, collector: Collector): Host {
  const variables = readVariables(GLOBAL_FILE, files.get(GLOBAL_FILE) ?? '', collector)
  const host: Host = {
    gateway: variables.take('GATEWAY'),
    gatewayDev: variables.take('GATEWAYDEV'),
    defaultGw6: variables.take('IPV6_DEFAULTGW'),
    defaultDev6: variables.take('IPV6_DEFAULTDEV'),
    ipv6Init: variables.take('IPV6INIT'),
  }
  for (const { name, place } of variables.rest())
    if (
      /^(?:NETWORKING|HOSTNAME|NISDOMAIN|NOZEROCONF|VLAN|RES_OPTIONS|IPV6_AUTOCONF|NETWORKWAIT|NETWORKDELAY|NM_BOND_VLAN_ENABLED|PEERNTP|NETWORKING_IPV6|DHCP_HOSTNAME)$/.test(
        name,
      )
    )
      collector.withoutEffect(place, 'the variable routes no packet')
    else collector.unknown(place, 'the variable is not known')
  return host
}

/** HWADDR as the DEVICE that it is. */
function cardOf(mac: Variable | undefined, cards: ReadonlyMap<string, LinkName>): Variable | undefined {
  const name = mac === undefined ? undefined : cards.get(parseMac(mac.value, ':-') ?? '')
  return mac === undefined || name === undefined ? undefined : { ...mac, value: name }
}

function readProfile(
  name: string,
  files: InputFiles,
  cards: ReadonlyMap<string, LinkName>,
  collector: Collector,
): Profile | undefined {
  const { unknown, withoutEffect } = collector
  const own = name.slice('ifcfg-'.length)
  // Aliases and ranges are read with their link.
  if (own === 'lo' || /:|-range\d*$/.test(own)) {
    if (own === 'lo') withoutEffect(startOf(`${SCRIPTS}/${name}`), 'every kernel has `lo`')
    return undefined
  }
  const file = `${SCRIPTS}/${name}`
  const variables = readVariables(file, files.get(file) ?? '', collector)
  const { place } = variables
  const device = variables.take('DEVICE') ?? cardOf(variables.take('HWADDR'), cards)
  if (device === undefined) {
    unknown(place, 'the file names no DEVICE, and no file tells the name of its card')
    return undefined
  }
  const onBoot = variables.take('ONBOOT')
  const type = typeOf(device, variables, collector)
  const isLegacy = booleanOf(variables.take('NM_CONTROLLED'), collector) === false
  const master = masterOf(variables)
  if (master === undefined && booleanOf(onBoot, collector) === false) {
    withoutEffect(onBoot?.place ?? place, `${device.value} does not come up at boot`)
    return undefined
  }
  if (device.value === 'lo') return undefined
  return { name: own, device: device.value, type, variables, isLegacy, master }
}

export const startOf = (file: string): Place => ({ file, line: 1, text: '' })

function masterOf(variables: Variables): Profile['master'] {
  const slave = variables.take('SLAVE')
  const master = variables.take('MASTER')
  const bridge = variables.take('BRIDGE')
  const vrf = variables.take('VRF')
  for (const name of ['MASTER_UUID', 'BRIDGE_UUID', 'VRF_UUID']) variables.take(name)
  if (bridge !== undefined) return { ...bridge, kind: 'bridge' }
  if (vrf !== undefined) return { ...vrf, kind: 'vrf' }
  return master === undefined || (slave !== undefined && !/^(?:yes|true|1)$/i.test(slave.value))
    ? undefined
    : { ...master, kind: 'bond' }
}

/** The master may be of another stack. */
function joinMaster(
  master: NonNullable<Profile['master']>,
  devices: readonly string[],
  collector: Collector,
): void {
  const link = collector.soFar.links.find(({ name }) => name === master.value)
  const { virtual } = link ?? {}
  if (link === undefined || virtual?.kind !== master.kind) {
    collector.unknown(master.place, `no file makes the ${master.kind} ${master.value}`)
    return
  }
  link.virtual = { ...virtual, links: [...new Set([...virtual.links, ...devices.filter(isLinkName)])] }
}

/** Of an installer or of cloud-init, about the file. */
const BOILERPLATE = /^(?:automatically )?(?:created|generated|written) by\b/i

function readProfileLink(
  { device, type, variables, isLegacy }: Profile,
  ports: readonly string[],
  collector: Collector,
): FoundLink | undefined {
  const { place, comment } = variables
  const link = collector.link(device, place)
  if (link === undefined) return undefined
  if (comment !== undefined && !BOILERPLATE.test(comment)) link.comment ??= comment
  link.managed = type.kind !== 'other'
  if (type.kind === 'other')
    collector.unknown(
      type.place,
      `multihome does not create links of TYPE=${type.word}; it can route over one`,
    )
  const virtual = virtualOf(device, type, ports.filter(isLinkName), variables, isLegacy, collector)
  if (virtual !== undefined) link.virtual = virtual
  const mtu = integerOf(variables.take('MTU'), 68, 65535, collector)
  if (mtu !== undefined) link.mtu = mtu
  const mac = variables.take('MACADDR')
  const fixed = parseMac(mac?.value ?? '', ':-')
  if (fixed !== undefined) link.mac = fixed
  else if (mac !== undefined) collector.unknown(mac.place, 'a description has fixed hardware addresses only')
  return link
}

function readAddresses(context: Context): void {
  const { profile, link } = context
  // Ports of bonds and bridges have no addresses.
  if (profile.master !== undefined && profile.master.kind !== 'vrf') return
  const inet = readInet(context)
  readAliases(context)
  const inet6 = readInet6(context)
  readLinkRoutes(context, link.name, { inet, inet6 })
}

const QUIET =
  /^(?:NAME|UUID|HWADDR|ONPARENT|STARTMODE|USERCTL|HOTPLUG|BROADCAST\d*|NETWORK\d*|ARPCHECK|ARPUPDATE|ARP|PROXY_METHOD|BROWSER_ONLY|IPV[46]_FAILURE_FATAL|IPV6_ADDR_GEN_MODE|IPV6_PRIVACY.*|IPV6_TOKEN|IPV6_PEERDNS|PEERDNS|PEERNTP|DHCP.*|DHCLIENT.*|PERSISTENT_DHCLIENT|IPV[46]_DHCP_TIMEOUT|IPV6_RA_TIMEOUT|IPV[46]_REQUIRED_TIMEOUT|LINKDELAY|ETHTOOL_OPTS|ETHTOOL_.*|ZONE|AUTOCONNECT_(?:PRIORITY|RETRIES|SLAVES)|CONNECTION_METERED|DEVICETYPE|NETBOOT|SUBCHANNELS|PORTNAME|NETTYPE|OPTIONS|CTCPROT|ESSID|MODE|KEY.*|SECURITYMODE|WPA.*|RATE|CHANNEL|SUBCHANNELS|LLDP|MDNS|LLMNR|STABLE_ID|NM_USER_.*|GENERATE_MAC_ADDRESS_MASK|HWADDR_BLACKLIST|MULTI_CONNECT|IPV[46]_DNS_PRIORITY|RES_OPTIONS|ACD_TIMEOUT|ARPING_WAIT|NOZEROCONF|BONDING_MASTER|BOOTPROTO|WAIT_.*|SEARCH|DELAY|BRIDGE_MACADDR|BRIDGING_OPTS|BRIDGE_PORT_.*|REORDER_HDR|VLAN_.*|TXQUEUELEN)$/

function reportRest({ variables, isLegacy }: Profile, { unknown, withoutEffect }: Collector): void {
  for (const { name, value, place } of variables.rest())
    if (QUIET.test(name)) withoutEffect(place, 'the variable routes no packet')
    else if (value === '') withoutEffect(place, 'the variable is empty')
    else if (name === 'METRIC' && !isLegacy)
      unknown(place, 'NetworkManager reads IPV4_ROUTE_METRIC, and network-scripts alone METRIC')
    else unknown(place, 'the variable is not known')
}
