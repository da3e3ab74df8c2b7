// Reader for NetworkManager: its configuration, and the profiles that are active after the boot.
import type { Collector } from '../../found/collector.js'
import type { FoundLink, FoundRoute } from '../../found/found.js'
import type { Reader } from '../../found/reader.js'
import { families } from '../../kernel/family.js'
import { isLinkName, type LinkName } from '../../kernel/link.js'
import type { TableId } from '../../kernel/table.js'
import { groupBy } from '../../stdlib/group-by.js'
import { ipKeys, virtualLinkKeys } from '../shared/networkmanager/keys.js'
import {
  gatewayRoutes,
  readAddresses,
  type AddressContext,
  type IpSettings,
} from '../shared/networkmanager/read/addresses.js'
import { isConfigFile, readConfig, type Config } from '../shared/networkmanager/read/config.js'
import { stringOf } from '../shared/networkmanager/read/keyfile.js'
import {
  isProfileFile,
  mastersOf,
  readEthernet,
  readProfiles,
  reportRest,
  type Profile,
} from '../shared/networkmanager/read/profiles.js'
import { createSharedMetrics, type SharedMetrics } from '../shared/networkmanager/shared-metrics.js'
import { readVirtualLink } from '../shared/networkmanager/read/virtual-links.js'
import { namesCards } from '../shared/read/cards.js'
import { joinWeighted, readRoutes } from './read/route.js'
import { readRule } from './read/rule.js'

export const nmKeyfileReader: Reader = {
  name: 'nm-keyfile',
  reads: (path) => isProfileFile(path) || isConfigFile(path) || namesCards(path),
  read(files, collector) {
    const config = readConfig(files, collector)
    const profiles = readProfiles(files, config, collector)
    const masters = mastersOf(profiles)
    const tables = vrfTables(profiles)
    const metrics = createSharedMetrics()
    const context = { config, collector, reserve: metrics.reserve }
    const portsOf = groupBy(
      profiles.filter((profile) => masters.has(profile)),
      (profile) => masters.get(profile),
    )
    const routes: FoundRoute[] = []
    for (const profile of profiles) {
      const link = collector.link(profile.device, profile.place)
      if (link === undefined) continue
      const ports = (portsOf.get(profile) ?? []).map(({ device }) => device).filter(isLinkName)
      readLink(link, profile, ports, config, profiles, collector)
      const master = masters.get(profile)
      if (master === undefined) reportMissingMaster(profile, collector)
      const isPort = profile.master !== undefined && (master?.type ?? profile.masterKind) !== 'vrf'
      if (!isPort)
        readFamilies(link, profile, { ...context, vrf: master && tables.get(master) }, routes, metrics)
      reportRest(profile, collector)
    }
    for (const route of joinWeighted(routes)) collector.route(route)
    metrics.report(collector)
  },
}

function readLink(
  link: FoundLink,
  profile: Profile,
  ports: readonly LinkName[],
  config: Config,
  profiles: readonly Profile[],
  collector: Collector,
): void {
  const { type, comment } = profile
  if (comment !== undefined && type !== 'loopback') link.comment ??= comment
  const isMade = type in virtualLinkKeys
  link.managed = isMade || type === 'ethernet' || type === 'loopback'
  if (!link.managed)
    collector.unknown(profile.place, `multihome does not create ${type} links; it can route over one`)
  if (isMade) readVirtualLink(link, profile, ports, profiles, collector)
  readEthernet(link, profile, config, collector)
}

function reportMissingMaster({ master }: Profile, collector: Collector): void {
  if (master === undefined || master.value === '') return
  // A bridge of another program: the port joins it by the name of the link.
  collector.unknown(master.place, `no active profile makes \`${stringOf(master)}\``)
}

function readFamilies(
  link: FoundLink,
  profile: Profile,
  context: AddressContext,
  routes: FoundRoute[],
  metrics: SharedMetrics,
): void {
  const { collector } = context
  for (const family of families) {
    const settings = readAddresses(link, profile, family, context)
    gatewayRoutes(settings, link, link.name, collector)
    for (const route of readRoutes(settings, link, link.name, collector)) routes.push(route)
    readRules(settings, collector)
    if (settings.isShared) metrics.share(family, profile.type, profile.device, profile.place)
  }
}

/** Tables of VRFs, which their ports have as well. */
const vrfTables = (profiles: readonly Profile[]): ReadonlyMap<Profile, TableId> =>
  new Map(
    profiles.flatMap((profile) => {
      const entries = profile.type === 'vrf' ? (profile.keyfile.section('vrf')?.rest() ?? []) : []
      const table = Number(entries.find(({ key }) => key === virtualLinkKeys.vrf.table)?.value)
      return Number.isInteger(table) && table > 0 ? [[profile, table] as const] : []
    }),
  )

function readRules({ section, family }: IpSettings, collector: Collector): void {
  for (const entry of section?.takeNumbered(ipKeys.rule) ?? []) {
    const { place, comment } = entry
    const rule = readRule(stringOf(entry), family)
    if (rule.ok)
      collector.rule({ place, ...(comment === undefined ? {} : { comment }), family, ...rule.value })
    else collector.unknown(place, `NetworkManager ignores the rule: ${rule.problem}`)
  }
}
