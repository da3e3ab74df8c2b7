// Profiles of NetworkManager: the files, which of them are active after the boot, and the links that they configure.
import type { Collector } from '../../../../found/collector.js'
import type { FoundLink, Place } from '../../../../found/found.js'
import { pathsOf, type InputFiles } from '../../../../found/reader.js'
import { parseMac } from '../../../../kernel/mac.js'
import { groupBy } from '../../../../stdlib/group-by.js'
import { matchesGlob } from '../../networkd/read/values.js'
import { readCards, type Cards } from '../../read/cards.js'
import { connectionKeys, ethernetKeys, virtualLinkKeys } from '../keys.js'
import { isIn, type Config } from './config.js'
import {
  booleanOf,
  integerOf,
  readKeyfile,
  stringOf,
  type KeyEntry,
  type Keyfile,
  type KeySection,
} from './keyfile.js'
import { profileType, type ProfileType } from '../types.js'

/** nms-keyfile-storage.h: of profiles with one UUID, that of the first folder counts. */
const FOLDERS = ['/run', '/etc', '/usr/lib'].map((root) => `${root}/NetworkManager/system-connections`)
const SUFFIX = '.nmconnection'
/** nm_keyfile_utils_ignore_filename(): copies and temporary files. */
const IGNORED = /^\.|~$|\.[A-Za-z0-9]{6}$|\.rpmnew$|\.pem$|\.der$/

/** Names without the suffix are those of older versions, which had /etc alone. */
export const isProfileFile = (path: string): boolean =>
  FOLDERS.some((folder, index) => {
    if (!isIn(folder, path)) return false
    const name = path.slice(folder.length + 1)
    return name.endsWith(SUFFIX) ? !name.startsWith('.') : index === 1 && !IGNORED.test(name)
  })

export interface Profile {
  readonly keyfile: Keyfile
  readonly id: string
  readonly uuid: string | undefined
  readonly type: ProfileType
  /** Of [connection], or of the line that names the link. */
  readonly place: Place
  readonly comment?: string
  /** The name of its device. */
  readonly device: string
  /** As it stands: a UUID, the name of a link or of a profile. */
  readonly master: KeyEntry | undefined
  readonly masterKind: string | undefined
  readonly autoconnect: boolean
  readonly autoconnectLine: Place | undefined
  readonly priority: number
  readonly autoconnectPorts: boolean
}

/** The profiles that are active at the end of the boot, in the order of their files. */
export function readProfiles(files: InputFiles, config: Config, collector: Collector): readonly Profile[] {
  const cards = readCards(files)
  const read = FOLDERS.flatMap((folder) =>
    pathsOf(files, (path) => isIn(folder, path) && isProfileFile(path)).flatMap((path) => {
      const profile = readProfile(path, files, cards, config, collector)
      return profile === undefined ? [] : [profile]
    }),
  )
  return activeProfiles(withoutShadowed(read, collector), config, collector)
}

function readProfile(
  path: string,
  files: InputFiles,
  cards: Cards,
  config: Config,
  collector: Collector,
): Profile | undefined {
  const { unknown, withoutEffect } = collector
  const fileStart: Place = { file: path, line: 1, text: '' }
  const fileName = path.slice(path.lastIndexOf('/') + 1)
  const isNetplans = path.startsWith('/run/') && fileName.startsWith('netplan-')
  if (isNetplans && [...files.keys()].some((one) => /^\/(?:etc|run|usr\/lib|lib)\/netplan\//.test(one))) {
    withoutEffect(fileStart, 'netplan writes it from its own files')
    return undefined
  }
  const keyfile = readKeyfile(path, files.get(path) ?? '', collector)
  for (const place of keyfile.strays) unknown(place, 'NetworkManager refuses the whole profile for this line')
  if (keyfile.strays.length > 0) return undefined
  const connection = keyfile.section(connectionKeys.section)
  const typeEntry = connection?.take(connectionKeys.type)
  if (connection === undefined || typeEntry === undefined) {
    unknown(connection?.place ?? fileStart, 'NetworkManager refuses a profile without a `type`')
    return undefined
  }
  const id = connection.take(connectionKeys.id)
  const uuid = connection.take('uuid')
  for (const name of isNetplans ? [] : [id, uuid])
    if (name !== undefined) withoutEffect(name.place, 'it names the profile')
  const type = profileType(stringOf(typeEntry))
  if (type === undefined) {
    unknown(typeEntry.place, `the type \`${typeEntry.value}\` of profiles is not known`)
    return undefined
  }
  const link = connection.take(connectionKeys.link)
  const device = link === undefined ? undefined : stringOf(link)
  const named = device ?? impliedDevice(keyfile, type) ?? matchedDevice(keyfile, type, cards)
  const place = link?.place ?? connection.place
  if (named === undefined) {
    unknown(typeEntry.place, unnamed(keyfile, type))
    return undefined
  }
  const permissions = connection.take('permissions')
  if (permissions !== undefined && permissions.value !== '')
    unknown(permissions.place, 'the profile is not active before this user has logged in')
  else if (permissions !== undefined) withoutEffect(permissions.place, 'it is the default')
  const autoconnect = connection.take('autoconnect')
  const ports = connection.takeAny('autoconnect-ports', connectionKeys.autoconnectPorts)
  const standardPorts = config.defaultOf(`connection.${connectionKeys.autoconnectPorts}`, {
    name: named,
    type,
  })
  const priority = connection.take(connectionKeys.priority)
  if (priority !== undefined) withoutEffect(priority.place, 'it chooses among the profiles of one link')
  const comment = connection.comment ?? id?.comment ?? typeEntry.comment ?? link?.comment
  return {
    keyfile,
    id: id === undefined ? fileName.replace(SUFFIX, '') : stringOf(id),
    uuid: uuid?.value.toLowerCase(),
    type,
    place,
    ...(comment === undefined ? {} : { comment }),
    device: named,
    master: connection.takeAny('controller', connectionKeys.master),
    masterKind: connection.takeAny('port-type', connectionKeys.masterKind)?.value,
    autoconnect: booleanOf(autoconnect, collector) ?? true,
    autoconnectLine: autoconnect?.place,
    priority: integerOf(priority, -999, 999, collector) ?? 0,
    autoconnectPorts: (ports ?? standardPorts)?.value === '1' || ports?.value === 'true',
  }
}

/** Old versions wrote the name into the section of the kind; a VLAN without one is PARENT.ID (nm_utils_new_vlan_name). */
function impliedDevice(keyfile: Keyfile, type: ProfileType): string | undefined {
  if (type === 'loopback') return 'lo'
  const own = keyfile.section(type)?.take(connectionKeys.link)
  if (own !== undefined) return stringOf(own)
  if (type !== 'vlan') return undefined
  const entries = keyfile.section('vlan')?.rest() ?? []
  const valueOf = (key: string) => entries.find((one) => one.key === key)?.value
  const parent = valueOf(virtualLinkKeys.vlan.link)
  const id = valueOf(virtualLinkKeys.vlan.id)
  return parent === undefined || id === undefined || isUuid(parent) ? undefined : `${parent}.${id}`
}

/** [ethernet] `mac-address`: the card that the profile is for. */
const macOf = (keyfile: Keyfile): string | undefined =>
  [ethernetKeys.section, '802-3-ethernet']
    .flatMap((name) => keyfile.section(name)?.rest() ?? [])
    .find(({ key }) => key === 'mac-address')?.value

/** The link that [match] names, the card with the MAC address, or the only card that the profile may be for. */
function matchedDevice(
  keyfile: Keyfile,
  type: ProfileType,
  { names = [], nameOf }: Cards,
): string | undefined {
  const word = keyfile.section('match')?.take(connectionKeys.link)?.value.replace(/;$/, '')
  if (word !== undefined && /^[\w.-]+$/.test(word)) return word
  const mac = macOf(keyfile)
  if (mac !== undefined) return nameOf.get(parseMac(mac, ':-') ?? '')
  const [only, ...others] = names.filter((name) => matchesGlob(word ?? '*', name))
  const isOnly = type === 'ethernet' && others.length === 0 && !/[;!&|]/.test(word ?? '')
  return isOnly ? only : undefined
}

function unnamed(keyfile: Keyfile, type: ProfileType): string {
  const mac = macOf(keyfile)
  if (mac !== undefined)
    return `no file tells the name of the card ${mac}: add \`${connectionKeys.link}\` with it`
  return type === 'ethernet'
    ? `the profile is for any card: add \`${connectionKeys.link}\` with the name of the link`
    : `multihome does not create ${type} links, and the profile does not name its own`
}

const isUuid = (text: string): boolean => /^[\da-f]{8}-(?:[\da-f]{4}-){3}[\da-f]{12}$/i.test(text)

function withoutShadowed(profiles: readonly Profile[], { withoutEffect }: Collector): readonly Profile[] {
  const seen = new Set<string>()
  return profiles.filter(({ uuid, place }) => {
    if (uuid === undefined) return true
    if (seen.has(uuid)) withoutEffect(place, 'another profile has the same UUID, and its folder counts')
    const isFirst = !seen.has(uuid)
    seen.add(uuid)
    return isFirst
  })
}

function activeProfiles(
  profiles: readonly Profile[],
  config: Config,
  { unknown, withoutEffect }: Collector,
): readonly Profile[] {
  const managed = profiles.filter((profile) => {
    const line = config.unmanaged({ name: profile.device, type: profile.type })
    if (line !== undefined)
      withoutEffect(profile.place, `NetworkManager leaves ${profile.device} alone: ${line.file}:${line.line}`)
    return line === undefined
  })
  // A controller comes up with its ports, and ports with a controller that asks for them.
  const masters = mastersOf(managed)
  const wanted = new Set(managed.flatMap((port) => (port.autoconnect ? (masters.get(port) ?? []) : [])))
  const isActive = (profile: Profile): boolean => {
    if (profile.autoconnect || wanted.has(profile)) return true
    const master = masters.get(profile)
    return master !== undefined && master.autoconnect && master.autoconnectPorts
  }
  const active = managed.filter((profile) => {
    if (isActive(profile)) return true
    withoutEffect(profile.autoconnectLine ?? profile.place, 'the profile does not come up at boot')
    return false
  })
  const chosen = new Set(
    [...groupBy(active, ({ device }) => device).values()].map((group) => {
      const [best, ...others] = group.toSorted((a, b) => b.priority - a.priority)
      for (const other of others)
        if (best !== undefined && other.priority === best.priority)
          unknown(
            other.place,
            `${best.keyfile.file} is for ${other.device} as well: NetworkManager takes the profile that was used last`,
          )
        else withoutEffect(other.place, `another profile of ${other.device} has a higher priority`)
      return best
    }),
  )
  return active.filter((profile) => chosen.has(profile))
}

/** The profile that each port names: by UUID, link or name. */
export function mastersOf(profiles: readonly Profile[]): ReadonlyMap<Profile, Profile> {
  const byWord = new Map([
    ...profiles.map((profile) => [profile.id, profile] as const),
    ...profiles.map((profile) => [profile.device, profile] as const),
    ...profiles.flatMap((profile) => (profile.uuid === undefined ? [] : [[profile.uuid, profile] as const])),
  ])
  return new Map(
    profiles.flatMap((profile) => {
      const word = profile.master === undefined ? '' : stringOf(profile.master)
      const master = byWord.get(word) ?? byWord.get(word.toLowerCase())
      return master === undefined ? [] : [[profile, master] as const]
    }),
  )
}

/** The link of a profile in [vlan] `parent`: its name, or the UUID of its profile. */
export const parentOf = (word: string, profiles: readonly Profile[]): string =>
  isUuid(word) ? (profiles.find(({ uuid }) => uuid === word.toLowerCase())?.device ?? word) : word

const quietIpKeys =
  /^(?:dns-(?:options|priority)|dad-timeout|dhcp-.*|ra-timeout|required-timeout|may-fail|addr-gen-mode|ip6-privacy|token|ignore-auto-dns|temp-.*|sticky-.*|shared-dhcp-.*)$/

/** Keys that route no packet, by section. */
const quietKeys: Readonly<Record<string, RegExp>> = {
  connection:
    /^(?:timestamp|zone|read-only|autoconnect-retries|multi-connect|auth-retries|metered|lldp|mdns|llmnr|dns-over-tls|stable-id|gateway-ping-timeout|ip-ping-.*|wait-.*|mud-url|mptcp-flags|down-on-poweroff|dnssec)$/,
  ethernet:
    /^(?:mac-address|mac-address-blacklist|mac-address-denylist|generate-mac-address-mask|auto-negotiate|speed|duplex|port|wake-on-lan.*|s390-.*|accept-all-mac-addresses)$/,
  vlan: /^(?:ingress-priority-map|egress-priority-map)$/,
  bond: /^(?:updelay|downdelay|num_grat_arp|num_unsol_na|resend_igmp|lp_interval|packets_per_slave|tlb_dynamic_lb|primary_reselect|ad_.*|use_carrier|peer_notif_delay|lacp_active)$/,
  bridge: /^(?:mac-address|priority|hello-time|max-age|ageing-time|group-address|multicast-.*)$/,
  ipv4: quietIpKeys,
  ipv6: quietIpKeys,
  'bridge-port': /^(?:priority|path-cost)$/,
  'bond-port': /^(?:queue-id|prio)$/,
}

const QUIET_SECTIONS =
  /^(?:user|proxy|ethtool|802-1x|hostname|link|dcb|sriov|\.nmmeta|wifi|wifi-security|802-11-wireless.*|gsm|cdma|serial|ppp|pppoe|bluetooth)$/

/** Reports what nothing has read. */
export function reportRest({ keyfile, type }: Profile, { unknown, withoutEffect }: Collector): void {
  const isRouted = type === 'vlan' || type in virtualLinkKeys || type === 'ethernet' || type === 'loopback'
  for (const section of keyfile.sections)
    for (const { key, value, place } of section.rest()) {
      const quiet = quietKeys[section.name === '802-3-ethernet' ? 'ethernet' : section.name]
      if (quiet?.test(key) === true || QUIET_SECTIONS.test(section.name))
        withoutEffect(place, 'the key routes no packet')
      else if (value === '' || value === '0' || value === 'false') withoutEffect(place, 'it is the default')
      else if (!isRouted && section.name !== connectionKeys.section && !/^ipv[46]$/.test(section.name))
        unknown(place, `multihome does not create ${type} links; it can route over one`)
      else unknown(place, 'the key has no counterpart in a description')
    }
}

/** What all links have: MTU and hardware address. */
export function readEthernet(link: FoundLink, profile: Profile, config: Config, collector: Collector): void {
  const sections = [ethernetKeys.section, '802-3-ethernet'].flatMap(
    (name) => profile.keyfile.section(name) ?? [],
  )
  const device = { name: profile.device, type: profile.type }
  const take = (key: string): KeyEntry | undefined =>
    sections.flatMap((section: KeySection) => section.take(key) ?? [])[0] ??
    config.defaultOf(`${ethernetKeys.section}.${key}`, device)
  const mtu = integerOf(take(ethernetKeys.mtu), 0, 65535, collector)
  if (mtu !== undefined && mtu > 0) link.mtu = mtu
  const mac =
    take(ethernetKeys.mac) ?? sections.flatMap((section) => section.take('assigned-mac-address') ?? [])[0]
  if (mac === undefined) return
  const text = stringOf(mac).toLowerCase()
  const fixed = parseMac(text, ':-')
  if (fixed !== undefined) link.mac = fixed
  else if (/^(?:preserve|permanent)$/.test(text))
    collector.withoutEffect(mac.place, 'the address of the card stays')
  else collector.unknown(mac.place, 'a description has fixed hardware addresses only')
}
