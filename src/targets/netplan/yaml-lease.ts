// DHCP and router advertisements in netplan's YAML over networkd, and the settings without a key.
import type { PlannedLink } from '../../plan/plan.js'
import { formatYaml, type YamlMapping, type YamlValue } from '../../syntax/yaml.js'
import type { LinkLease } from '../shared/lease/settings.js'
import { leaseKeys } from '../shared/networkd/keys.js'
import { leaseSections, type LeaseSection } from '../shared/networkd/lease.js'
import { isAtLeast } from '../version.js'
import { linkWords, overrideWords } from './keys.js'
import { VRF_KEYS, type NetplanSettings } from './settings.js'

/** networkd's key → netplan's, in the overrides of a client. */
type Tokens = Readonly<Record<string, string>>

const dhcpKeys: Tokens = {
  [leaseKeys.metric]: overrideWords.metric,
  [leaseKeys.useDns]: overrideWords.dns,
}
const advertisementKeys: Tokens = {
  [leaseKeys.table]: overrideWords.table,
  [leaseKeys.useDns]: overrideWords.dns,
}

const RA_OVERRIDES = '1.1'

/** `use-routes: false` alone drops the router too, and there is no key for it. */
function wordsOf({ name }: LeaseSection, { dhcp4, dhcp6, inet }: LinkLease, netplan: string): Tokens {
  switch (name) {
    case 'DHCPv4':
      if (!dhcp4) return {}
      return inet.kind === 'none' ? { ...dhcpKeys, [leaseKeys.routes]: overrideWords.routes } : dhcpKeys
    case 'DHCPv6':
      return dhcp6 ? { [leaseKeys.useDns]: overrideWords.dns } : {}
    case 'IPv6AcceptRA':
      return isAtLeast(netplan, RA_OVERRIDES) ? advertisementKeys : {}
  }
}

const valueOf = (value: string): YamlValue =>
  value === 'yes' || value === 'no' ? value === 'yes' : Number(value)

/** netplan's keys and values for the entries that have a key. */
function overridesOf(
  section: LeaseSection,
  lease: LinkLease,
  netplan: string,
): readonly (readonly [string, YamlValue])[] {
  const words = wordsOf(section, lease, netplan)
  return section.entries.flatMap(({ key, value }) => {
    const word = words[key]
    return word === undefined ? [] : [[word, valueOf(value)] as const]
  })
}

/** Before 0.107 netplan refuses the keys of links for a VRF; networkd itself ignores advertisements there. */
const hasLinkKeys = ({ virtual }: PlannedLink, netplan: string): boolean =>
  virtual?.kind !== 'vrf' || isAtLeast(netplan, VRF_KEYS)

/** `accept-ra` is always written, since its default is the kernel's. */
export function leaseLines(
  link: PlannedLink,
  lease: LinkLease | undefined,
  { netplan, systemd }: NetplanSettings,
): readonly string[] {
  if (lease === undefined) return hasLinkKeys(link, netplan) ? [`${linkWords.acceptRa}: false`] : []
  const sections = leaseSections(link, lease, systemd)
  const overrides = (...names: readonly LeaseSection['name'][]): YamlMapping =>
    Object.fromEntries(
      sections
        .filter(({ name }) => names.includes(name))
        .flatMap((section) => overridesOf(section, lease, netplan)),
    )
  const lines = (key: string, word: string, values: YamlMapping): readonly string[] =>
    Object.keys(values).length === 0 ? [key] : [key, `${word}: ${formatYaml(values)}`]
  // netplan requires equal overrides for both clients, and by default a lease changes the MTU.
  const dhcp = {
    ...overrides('DHCPv4', 'DHCPv6'),
    ...(link.mtu === undefined ? {} : { [overrideWords.mtu]: false }),
  }
  return [
    ...(lease.dhcp4 ? lines(`${linkWords.dhcp4}: true`, linkWords.dhcp4Overrides, dhcp) : []),
    ...(lease.dhcp6 ? lines(`${linkWords.dhcp6}: true`, linkWords.dhcp6Overrides, dhcp) : []),
    ...(lease.acceptRa
      ? lines(`${linkWords.acceptRa}: true`, linkWords.raOverrides, overrides('IPv6AcceptRA'))
      : [`${linkWords.acceptRa}: false`]),
  ]
}

/** For a drop-in beside the file that netplan makes. */
export const beyondYaml = (
  link: PlannedLink,
  lease: LinkLease,
  { netplan, systemd }: NetplanSettings,
): readonly LeaseSection[] =>
  leaseSections(link, lease, systemd)
    .map((section) => {
      const words = wordsOf(section, lease, netplan)
      return { ...section, entries: section.entries.filter(({ key }) => words[key] === undefined) }
    })
    .filter(({ entries }) => entries.length > 0)
