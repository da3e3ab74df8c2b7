// The profiles that netplan writes for NetworkManager (write_nm_conf in netplan's src/nm.c), with the places of the YAML.
import type { Collector } from '../../../found/collector.js'
import { createGeneratedFile, type GeneratedFile } from '../generated-file.js'
import { families, type Family } from '../../../kernel/family.js'
import {
  connectionKeys,
  ethernetKeys,
  ipKeys,
  ipSections,
  routeOptions,
  virtualLinkKeys,
} from '../../shared/networkmanager/keys.js'
import {
  bondWords,
  bridgeWords,
  linkWords,
  nameserverWords,
  overrideWords,
  routeWords,
  ruleWords,
  virtualLinkWords,
} from '../keys.js'
import {
  booleanOf,
  commentOf,
  distinctTexts,
  itemsOf,
  mapOf,
  reportParameters,
  textOf,
  type Definition,
  type Membership,
} from './definitions.js'
import {
  destinationOf,
  reportUnknownKeys,
  routeProblem,
  ruleProblem,
  transportKeys,
} from './routes-and-rules.js'
import type { YamlNode } from './yaml.js'

export const managerFilesOf = (
  definitions: readonly Definition[],
  memberships: ReadonlyMap<string, Membership>,
  collector: Collector,
): readonly GeneratedFile[] =>
  definitions.flatMap((definition) => {
    if (definition.kind !== 'nm') return [profileOf(definition, definitions, memberships, collector)]
    collector.unknown(definition.place, 'multihome does not create links of nm-devices')
    return []
  })

type Write = (key: string, value: YamlNode | undefined) => void

function profileOf(
  definition: Definition,
  definitions: readonly Definition[],
  memberships: ReadonlyMap<string, Membership>,
  collector: Collector,
): GeneratedFile {
  const { id, node, place, comment, name } = definition
  const file = createGeneratedFile(
    `/run/NetworkManager/system-connections/netplan-${encodeURIComponent(id)}.nmconnection`,
    collector,
  )
  const of = (key: string): YamlNode | undefined => node.entries.get(key)
  const write: Write = (key, value) => {
    if (value !== undefined) file.entry(key, textOf(value), value.place, value.comment)
  }
  file.section(connectionKeys.section, place, comment)
  file.entry(connectionKeys.id, `netplan-${id}`, place)
  file.entry(connectionKeys.type, profileType(definition), place)
  if (name !== undefined && !/[*?[]/.test(name)) file.entry(connectionKeys.link, name, place)
  const activation = of('activation-mode')
  if (activation !== undefined) file.entry('autoconnect', 'false', activation.place)
  const membership = memberships.get(id)
  if (membership !== undefined) {
    file.entry(connectionKeys.masterKind, membership.master.kind, membership.place)
    file.entry(connectionKeys.master, membership.master.id, membership.place)
  }
  file.section(ethernetKeys.section, place)
  write(ethernetKeys.mtu, of(linkWords.mtu))
  write(ethernetKeys.mac, of(linkWords.mac))
  if (definition.mac !== undefined) file.entry('mac-address', definition.mac, place)
  writeKind(definition, definitions, file, write, collector)
  if (name !== undefined && /[*?[]/.test(name)) {
    file.section('match', place)
    file.entry(connectionKeys.link, name, place)
  }
  const acceptRa = of(linkWords.acceptRa)
  if (acceptRa !== undefined)
    collector.withoutEffect(acceptRa.place, 'netplan does not write it for NetworkManager')
  const advertised = of(linkWords.raOverrides)
  if (advertised !== undefined)
    collector.withoutEffect(advertised.place, 'netplan does not write it for NetworkManager')
  for (const key of ['ipv6-mtu', 'link-local']) {
    const value = of(key)
    if (value !== undefined)
      collector.unknown(value.place, `netplan does not write \`${key}\` for NetworkManager`)
  }
  const passed = passthrough(definition, collector)
  // The families of a port are those of its master.
  const isPort = membership !== undefined && membership.master.kind !== 'vrf'
  for (const family of isPort ? [] : families)
    writeFamily(definition, family, passed.get(ipSections[family]), file, collector)
  for (const [section, entries] of passed) {
    if (section === ipSections.inet || section === ipSections.inet6) continue
    file.section(section, place)
    for (const [key, value] of entries) file.entry(key, textOf(value), value.place)
  }
  return file
}

const types: Readonly<Record<Definition['kind'], string>> = {
  ethernet: 'ethernet',
  vlan: 'vlan',
  bond: 'bond',
  bridge: 'bridge',
  vrf: 'vrf',
  wifi: 'wifi',
  modem: 'gsm',
  tunnel: 'ip-tunnel',
  dummy: 'dummy',
  veth: 'veth',
  nm: 'generic',
}

function profileType({ kind, node }: Definition): string {
  const mode = node.entries.get('mode')
  const word = textOf(mode)
  return kind === 'tunnel' && (word === 'wireguard' || word === 'vxlan') ? word : types[kind]
}

function writeKind(
  { kind, node, place }: Definition,
  definitions: readonly Definition[],
  file: GeneratedFile,
  write: Write,
  collector: Collector,
): void {
  const of = (key: string): YamlNode | undefined => node.entries.get(key)
  const parameters = mapOf(of(virtualLinkWords.parameters), collector)
  switch (kind) {
    case 'vlan': {
      file.section(kind, place)
      write(virtualLinkKeys.vlan.id, of(virtualLinkWords.id))
      const link = of(virtualLinkWords.link)
      const parent = definitions.find(({ id }) => link !== undefined && id === textOf(link))
      if (link === undefined || parent === undefined)
        collector.unknown(
          link?.place ?? place,
          'the link of the VLAN is not defined, and netplan refuses the file',
        )
      else file.entry(virtualLinkKeys.vlan.link, parent.name ?? parent.id, link.place)
      break
    }
    case 'vrf':
      file.section(kind, place)
      write(virtualLinkKeys.vrf.table, of(virtualLinkWords.table))
      break
    case 'bond':
      file.section(kind, place)
      write(virtualLinkKeys.bond.mode, parameters.get(bondWords.mode))
      write(virtualLinkKeys.bond.miimon, parameters.get(bondWords.miimon))
      write(virtualLinkKeys.bond.primary, parameters.get(bondWords.primary))
      write(virtualLinkKeys.bond.lacpRate, parameters.get(bondWords.lacpRate))
      write(virtualLinkKeys.bond.xmitHashPolicy, parameters.get(bondWords.hashPolicy))
      reportParameters('bond', parameters, collector)
      break
    case 'bridge': {
      file.section(kind, place)
      // NetworkManager’s own default is on as well.
      const stp = parameters.get(bridgeWords.stp)
      const isOn = booleanOf(stp, collector)
      if (stp !== undefined && isOn !== undefined)
        file.entry(virtualLinkKeys.bridge.stp, isOn ? 'true' : 'false', stp.place)
      write(virtualLinkKeys.bridge.forwardDelay, parameters.get(bridgeWords.forwardDelay))
      reportParameters('bridge', parameters, collector)
      break
    }
    default:
  }
}

/** `SECTION.KEY` of the profile, which replaces what netplan writes. */
function passthrough(
  { node }: Definition,
  collector: Collector,
): ReadonlyMap<string, ReadonlyMap<string, YamlNode>> {
  const sections = new Map<string, Map<string, YamlNode>>()
  for (const [key, value] of mapOf(node.entries.get(linkWords.manager), collector)) {
    if (key !== 'passthrough') {
      collector.withoutEffect(value.place, 'it names the profile')
      continue
    }
    for (const [word, setting] of mapOf(value, collector)) {
      const dot = word.indexOf('.')
      if (dot < 1) collector.unknown(setting.place, 'a setting of NetworkManager is SECTION.KEY')
      else {
        const section = word.slice(0, dot)
        const entries = sections.get(section) ?? new Map<string, YamlNode>()
        sections.set(section, entries)
        entries.set(word.slice(dot + 1), setting)
      }
    }
  }
  return sections
}

function writeFamily(
  definition: Definition,
  family: Family,
  passed: ReadonlyMap<string, YamlNode> | undefined,
  file: GeneratedFile,
  collector: Collector,
): void {
  const { node, place, kind } = definition
  const of = (key: string): YamlNode | undefined => node.entries.get(key)
  const isOf = (one: YamlNode): boolean => textOf(one).includes(':') === (family === 'inet6')
  const listed = itemsOf(of(linkWords.addresses), collector)
  if (family === 'inet')
    for (const one of listed)
      if (one.kind !== 'scalar')
        collector.unknown(
          one.place,
          'netplan has no options of addresses for NetworkManager, and refuses the file',
        )
  const addresses = distinctTexts(listed.filter((one) => one.kind === 'scalar' && isOf(one)))
  const client = of(family === 'inet' ? linkWords.dhcp4 : linkWords.dhcp6)
  const hasClient = booleanOf(client, collector) === true
  const gateway = of(family === 'inet' ? 'gateway4' : 'gateway6')
  const nameservers = mapOf(of(linkWords.nameservers), collector)
  const servers = distinctTexts(itemsOf(nameservers.get(nameserverWords.addresses), collector).filter(isOf))
  const hasFamily = hasClient || addresses.length > 0
  const overrides = mapOf(
    of(family === 'inet' ? linkWords.dhcp4Overrides : linkWords.dhcp6Overrides),
    collector,
  )
  file.section(ipSections[family], client?.place ?? place)
  /** What is passed through replaces the key. */
  const write = (key: string, value: string, at = place, comment?: string): void => {
    if (passed?.has(key) !== true) file.entry(key, value, at, comment)
  }
  write(ipKeys.method, methodOf(family, { hasClient, hasFamily, gateway, servers, kind }), client?.place)
  for (const [index, address] of addresses.entries())
    write(`${ipKeys.address}${index + 1}`, textOf(address), address.place)
  if (gateway !== undefined) write('gateway', textOf(gateway), gateway.place, gateway.comment)
  const isWritten = family === 'inet' ? hasFamily : hasFamily || gateway !== undefined || servers.length > 0
  if (servers.length > 0 && isWritten) write(ipKeys.dns, servers.map(textOf).join(';'), servers[0]?.place)
  const search = distinctTexts(itemsOf(nameservers.get(nameserverWords.search), collector))
  if (search.length > 0 && isWritten) write(ipKeys.search, search.map(textOf).join(';'), search[0]?.place)
  writeRoutes(definition, family, isWritten, file, collector)
  writeRules(definition, family, isWritten, file, collector)
  for (const [key, value] of overrides) {
    const isOff = key === overrideWords.routes && booleanOf(value, collector) === false
    if (isOff) {
      write(ipKeys.ignoreRoutes, 'true', value.place)
      write(ipKeys.neverDefault, 'true', value.place)
    } else if (key === overrideWords.metric) write(ipKeys.metric, textOf(value), value.place)
    else if (key !== overrideWords.routes)
      collector.withoutEffect(value.place, 'netplan does not write it for NetworkManager')
  }
  for (const [key, value] of passed ?? []) file.entry(key, textOf(value), value.place)
}

function methodOf(
  family: Family,
  state: {
    readonly hasClient: boolean
    readonly hasFamily: boolean
    readonly gateway: YamlNode | undefined
    readonly servers: readonly YamlNode[]
    readonly kind: Definition['kind']
  },
): string {
  const { hasClient, hasFamily, gateway, servers, kind } = state
  if (hasClient) return 'auto'
  if (family === 'inet6')
    return hasFamily || gateway !== undefined || servers.length > 0 ? 'manual' : 'ignore'
  if (hasFamily) return 'manual'
  return kind === 'tunnel' ? 'disabled' : 'link-local'
}

/** The table of a VRF is that of its routes and rules (adopt_and_validate_vrf_routes). */
const tableOf = (
  entries: ReadonlyMap<string, YamlNode>,
  { kind, node }: Definition,
): YamlNode | undefined => {
  const own = entries.get(routeWords.table)
  if (own !== undefined && !/^0*$/.test(textOf(own))) return own
  return kind === 'vrf' ? node.entries.get(virtualLinkWords.table) : undefined
}

/** Routes or rules that netplan writes into the profile, each with its keys. What it refuses or leaves out is reported. */
function writtenItems(
  kind: 'route' | 'rule',
  definition: Definition,
  isOfFamily: (entries: ReadonlyMap<string, YamlNode>) => boolean,
  problemOf: (entries: ReadonlyMap<string, YamlNode>) => string | undefined,
  isWritten: boolean,
  collector: Collector,
): readonly (readonly [YamlNode, ReadonlyMap<string, YamlNode>])[] {
  const items = definition.node.entries.get(kind === 'route' ? 'routes' : 'routing-policy')
  return distinctTexts(itemsOf(items, collector)).flatMap((item) => {
    const entries = mapOf(item, collector)
    if (!isOfFamily(entries)) return []
    const problem =
      problemOf(entries) ??
      (isWritten || definition.kind === 'vrf'
        ? undefined
        : `netplan leaves out the ${kind}, since the link has no address of its family`)
    if (problem !== undefined) {
      collector.unknown(item.place, problem)
      return []
    }
    reportUnknownKeys(kind, entries, collector)
    return [[item, entries] as const]
  })
}

function managerRouteProblem(entries: ReadonlyMap<string, YamlNode>): string | undefined {
  const type = textOf(entries.get(routeWords.type)).toLowerCase()
  return (
    routeProblem(entries) ??
    (type !== '' && type !== 'unicast'
      ? 'netplan has unicast routes only for NetworkManager, and refuses the file'
      : undefined)
  )
}

const managerRuleProblem = (entries: ReadonlyMap<string, YamlNode>): string | undefined =>
  ruleProblem(entries) ??
  (textOf(entries.get(ruleWords.pref)) === ''
    ? 'with NetworkManager a rule needs `priority`, and netplan drops it or refuses the file'
    : undefined)

function writeRoutes(
  definition: Definition,
  family: Family,
  isWritten: boolean,
  file: GeneratedFile,
  collector: Collector,
): void {
  let number = 0
  const isOfFamily = (entries: ReadonlyMap<string, YamlNode>): boolean =>
    destinationOf(entries).includes(':') === (family === 'inet6')
  const routes = writtenItems('route', definition, isOfFamily, managerRouteProblem, isWritten, collector)
  for (const [item, entries] of routes) {
    const word = (key: string): string => textOf(entries.get(key))
    const dst = destinationOf(entries)
    for (const key of transportKeys) {
      const tuned = entries.get(key)
      if (tuned !== undefined)
        collector.withoutEffect(tuned.place, 'it tunes transport, and chooses no route')
    }
    const metric = word(routeWords.metric)
    const via = word(routeWords.via)
    const comment = commentOf(item, entries)
    const key = `${ipKeys.route}${++number}`
    const value = [dst, via, metric].join(',').replace(/,+$/, '')
    file.entry(key, value, item.place, comment)
    const table = tableOf(entries, definition)
    const options = [
      booleanOf(entries.get(routeWords.onlink), collector) === true ? `${routeOptions.onlink}=true` : '',
      ...(
        [
          [routeOptions.mtu, word(routeWords.mtu)],
          [routeOptions.table, textOf(table)],
          [routeOptions.prefsrc, word(routeWords.prefsrc)],
        ] as const
      ).map(([option, text]) => (text === '' ? '' : `${option}=${text}`)),
    ].filter((one) => one !== '')
    if (options.length > 0) file.entry(`${key}_options`, options.join(','), item.place)
  }
}

function writeRules(
  definition: Definition,
  family: Family,
  isWritten: boolean,
  file: GeneratedFile,
  collector: Collector,
): void {
  let number = 0
  const isOfFamily = (entries: ReadonlyMap<string, YamlNode>): boolean =>
    (textOf(entries.get(ruleWords.from)) || textOf(entries.get(ruleWords.to))).includes(':') ===
    (family === 'inet6')
  const rules = writtenItems('rule', definition, isOfFamily, managerRuleProblem, isWritten, collector)
  for (const [item, entries] of rules) {
    const word = (key: string): string => textOf(entries.get(key))
    const table = tableOf(entries, definition)
    const mark = word(ruleWords.fwmark)
    const tokens = [
      ['priority', word(ruleWords.pref)],
      ['from', word(ruleWords.from)],
      ['to', word(ruleWords.to)],
      ['tos', word(ruleWords.tos)],
      ['fwmark', mark === '0' ? '' : mark],
      ['table', textOf(table)],
    ]
      .filter(([, value]) => value !== '')
      .flat()
    const comment = commentOf(item, entries)
    file.entry(`${ipKeys.rule}${++number}`, tokens.join(' '), item.place, comment)
  }
}
