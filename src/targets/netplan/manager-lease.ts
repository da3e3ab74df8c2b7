// DHCP and router advertisements in netplan's YAML over NetworkManager: its few keys, and settings without a key.
import { families, type Family } from '../../kernel/family.js'
import type { PlannedLink } from '../../plan/plan.js'
import { formatYaml, type YamlValue } from '../../syntax/yaml.js'
import { leaseSettings } from '../shared/networkmanager/lease.js'
import type { LinkLease } from '../shared/lease/settings.js'
import { leaseClients } from '../shared/support.js'
import { PASSTHROUGH } from './settings.js'
import { linkWords, overrideWords } from './keys.js'

const sections: Readonly<Record<Family, string>> = { inet: 'ipv4', inet6: 'ipv6' }

/** netplan reads no `accept-ra` for NetworkManager, and ignores `use-dns`. */
export function managerLines(
  link: PlannedLink,
  lease: LinkLease | undefined,
  { lacksIpv4, isSource }: { readonly lacksIpv4: boolean; readonly isSource: boolean },
): readonly string[] {
  const passthrough: Record<string, YamlValue> = lacksIpv4 ? { 'ipv4.method': 'disabled' } : {}
  // The kernel refuses a route with a source address while NetworkManager still probes for duplicates of that.
  if (isSource) passthrough['ipv4.dad-timeout'] = '0'
  const lines: string[] = []
  for (const family of families) {
    const keys = keysOf(lease, family)
    lines.push(...keys.lines)
    for (const { key, value } of leaseSettings(link, lease, family)?.entries ?? [])
      if (!keys.said.includes(key)) passthrough[`${sections[family]}.${key}`] = value
  }
  if (Object.keys(passthrough).length > 0) lines.push(`${linkWords.manager}: ${formatYaml({ passthrough })}`)
  return lines
}

/** Keys of the YAML, and the settings of the profile that netplan derives from them. */
function keysOf(
  lease: LinkLease | undefined,
  family: Family,
): { readonly lines: readonly string[]; readonly said: readonly string[] } {
  const client = family === 'inet' ? linkWords.dhcp4 : linkWords.dhcp6
  if (lease?.[client] !== true) return { lines: [], said: [] }
  // Over NetworkManager `dhcp6: true` takes advertisements; without them the method is passed through.
  const method = family === 'inet' || lease.acceptRa ? ['method'] : []
  const route = lease[family]
  if (route.kind !== 'main') return { lines: [`${client}: true`], said: method }
  const overrides = formatYaml({ [overrideWords.metric]: route.metric })
  return {
    lines: [`${client}: true`, `${client}-overrides: ${overrides}`],
    said: [...method, 'route-metric'],
  }
}

/** Before it there is no key for an infinite timeout, a table or advertisements. */
export const netplanManagerLeases = leaseClients({
  how: 'native',
  since: PASSTHROUGH,
  note: 'what the YAML has no key for is passed through',
})
