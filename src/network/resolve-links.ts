// Resolver of links: valid names, usable addresses.
import type { Description, LinkDescription } from '../description/description.js'
import type { Path } from '../diagnostics/diagnostic.js'
import type { Reporter } from '../diagnostics/reporter.js'
import { isLoopback, isMulticast, isUnspecified, type Address } from '../kernel/address.js'
import { addressBits } from '../kernel/family.js'
import { isLinkName, linkNameProblem, loopback, type LinkName } from '../kernel/link.js'
import { hasHostBits, lastAddress, type Prefix } from '../kernel/prefix.js'
import { entriesOf } from './references.js'
import type { Link, LinkAddress } from './network.js'

export function resolveLinks(description: Description, reporter: Reporter): ReadonlyMap<LinkName, Link> {
  const links = new Map<LinkName, Link>()
  const isHostManaged = description.manage !== 'routing'
  const seen = new Map<string, { readonly link: LinkName; readonly path: Path }>()
  for (const [name, written] of Object.entries(description.links ?? {})) {
    const at = reporter.at('links', name)
    const why = name === loopback ? 'lo is always there; remove it' : linkNameProblem(name)
    if (why !== undefined) at.report('name-invalid', { what: 'link', name, why }, { on: 'key' })
    else if (isLinkName(name)) links.set(name, resolveLink(name, written, isHostManaged, at, seen))
  }
  return links
}

function resolveLink(
  name: LinkName,
  written: LinkDescription,
  isHostManaged: boolean,
  reporter: Reporter,
  seen: Map<string, { readonly link: LinkName; readonly path: Path }>,
): Link {
  const addresses: LinkAddress[] = []
  for (const [index, prefix] of entriesOf(written.addresses)) {
    const at = reporter.at('addresses', ...index)
    const text = prefix.address.text
    const first = seen.get(text)
    const problem = addressProblem(prefix)
    if (first !== undefined) {
      const related = [{ message: 'first written here', path: first.path }]
      at.report('address-twice', { address: text, where: `link ${first.link}` }, { related })
    }
    if (problem !== undefined) at.report('address-unusable', { address: text, why: problem })
    if (first === undefined && problem === undefined) addresses.push({ prefix, path: at.path })
    if (first === undefined) seen.set(text, { link: name, path: at.path })
  }
  return {
    name,
    manage: written.manage ?? 'full',
    managed: isHostManaged && written.manage !== 'routing',
    addresses,
    mtu: written.mtu,
    mac: written.mac,
    nameservers: {
      addresses: entriesOf(written.nameservers?.addresses).map(([, address]) => address),
      search: entriesOf(written.nameservers?.search).map(([, domain]) => domain),
    },
    optional: written.optional ?? false,
    dhcp4: written.dhcp4 ?? false,
    dhcp6: written.dhcp6 ?? false,
    acceptRa: written['accept-ra'] ?? false,
    path: reporter.path,
    comment: written.comment,
  }
}

/** Why no host can have the address; undefined if one can. */
export function unicastProblem(address: Address): string | undefined {
  if (isMulticast(address)) return 'it is a multicast address'
  if (isUnspecified(address)) return 'it is the unspecified address'
  if (isLoopback(address)) return 'it is a loopback address'
  return undefined
}

/** As `unicastProblem`, of an address with its prefix. */
const addressProblem = (prefix: Prefix): string | undefined =>
  unicastProblem(prefix.address) ??
  (prefix.length === 0 ? 'a prefix of length 0 is the whole Internet' : undefined)

/** Whether it is the first address of its prefix, or the last one of IPv4. Point-to-point prefixes have none (RFC 3021, RFC 6164). */
export function boundaryOf(prefix: Prefix): 'network' | 'broadcast' | undefined {
  if (prefix.length >= addressBits(prefix.family) - 1) return undefined
  if (!hasHostBits(prefix)) return 'network'
  return prefix.family === 'inet' && lastAddress(prefix).text === prefix.address.text
    ? 'broadcast'
    : undefined
}
