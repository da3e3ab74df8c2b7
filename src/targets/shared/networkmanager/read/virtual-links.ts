// Virtual links of NetworkManager profiles: VLANs, bonds, bridges and VRFs, with their ports.
import type { Collector } from '../../../../found/collector.js'
import type { FoundLink } from '../../../../found/found.js'
import { isLinkName, type LinkName } from '../../../../kernel/link.js'
import { MAX_TABLE } from '../../../../kernel/table.js'
import { bondModes, hashPolicies, lacpRates, type VirtualLink } from '../../../../kernel/virtual-link.js'
import { virtualLinkKeys } from '../keys.js'
import { booleanOf, integerOf, stringOf, type KeyEntry, type KeySection } from './keyfile.js'
import { parentOf, type Profile } from './profiles.js'

/** Adds what makes the link, or reports why it cannot be made. `ports`: names of its members. */
export function readVirtualLink(
  link: FoundLink,
  profile: Profile,
  ports: readonly LinkName[],
  profiles: readonly Profile[],
  collector: Collector,
): void {
  const section = profile.keyfile.section(profile.type)
  const virtual = virtualOf(profile, section, ports, profiles, collector)
  if (virtual !== undefined) link.virtual = virtual
}

function virtualOf(
  profile: Profile,
  section: KeySection | undefined,
  ports: readonly LinkName[],
  profiles: readonly Profile[],
  collector: Collector,
): VirtualLink | undefined {
  const { place, type } = profile
  const take = (key: string): KeyEntry | undefined => section?.take(key)
  switch (type) {
    case 'vlan': {
      const id = integerOf(take(virtualLinkKeys.vlan.id), 1, 4094, collector)
      const parent = take(virtualLinkKeys.vlan.link)
      const flags = take('flags')
      // 1 is REORDER_HDR, the kernel's default.
      if (flags !== undefined && !/^[01]$/.test(flags.value))
        collector.unknown(flags.place, 'multihome’s VLANs have no GVRP, MVRP or loose binding')
      else if (flags !== undefined)
        collector.withoutEffect(flags.place, 'it is about frames, and routes no packet')
      const name = parent === undefined ? '' : parentOf(stringOf(parent), profiles)
      if (id === undefined || !isLinkName(name)) {
        collector.unknown(parent?.place ?? place, 'a VLAN needs `id`, and `parent` with the name of a link')
        return undefined
      }
      return { kind: 'vlan', id, link: name }
    }
    case 'bond':
      return bondOf(take, ports, collector)
    case 'bridge': {
      const stp = booleanOf(take(virtualLinkKeys.bridge.stp), collector) ?? true
      const delay = integerOf(take(virtualLinkKeys.bridge.forwardDelay), 0, 30, collector)
      return { kind: 'bridge', links: ports, stp, ...(delay === undefined ? {} : { forwardDelay: delay }) }
    }
    case 'vrf': {
      const table = integerOf(take(virtualLinkKeys.vrf.table), 1, MAX_TABLE, collector)
      if (table === undefined) collector.unknown(place, 'a VRF needs a `table`')
      return table === undefined ? undefined : { kind: 'vrf', table, links: ports }
    }
    default:
      return undefined
  }
}

/** nm-setting-bond.c: `balance-rr` and 100 ms unless set; a number of ARP checks disables those of the carrier. */
export function bondOf(
  take: (key: string) => KeyEntry | undefined,
  ports: readonly LinkName[],
  collector: Collector,
  /** Of `miimon`, in milliseconds. */
  usual = 100,
): VirtualLink {
  const keys = virtualLinkKeys.bond
  const oneOf = <T extends string>(key: string, words: readonly T[]): T | undefined => {
    const entry = take(key)
    if (entry === undefined) return undefined
    // bonding.rst: each value has a number too, in the order of the words.
    const word = words.find((one, index) => one === entry.value || String(index) === entry.value)
    if (word === undefined) collector.unknown(entry.place, `it is none of ${words.join(', ')}`)
    return word
  }
  const interval = take('arp_interval')
  if (interval !== undefined && interval.value !== '0')
    collector.unknown(interval.place, 'multihome’s bonds watch the carrier, and send no ARP requests')
  const standard = interval === undefined || interval.value === '0' ? usual : 0
  const mode = oneOf(keys.mode, bondModes) ?? 'balance-rr'
  const lacpRate = oneOf(keys.lacpRate, lacpRates)
  const policy = oneOf(keys.xmitHashPolicy, hashPolicies)
  const primary = take(keys.primary)
  if (primary !== undefined && primary.value !== '' && !isLinkName(primary.value))
    collector.unknown(primary.place, 'it is no name of a link')
  return {
    kind: 'bond',
    mode,
    links: ports,
    miimon: integerOf(take(keys.miimon), 0, 0x7fffffff, collector) ?? standard,
    ...(primary !== undefined && isLinkName(primary.value) ? { primary: primary.value } : {}),
    ...(lacpRate === undefined ? {} : { lacpRate }),
    ...(policy === undefined ? {} : { xmitHashPolicy: policy }),
  }
}
