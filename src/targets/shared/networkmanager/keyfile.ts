// NetworkManager profiles as keyfiles: everything but routes and rules, for two targets.
import type { Family } from '../../../kernel/family.js'
import type { LinkName } from '../../../kernel/link.js'
import { formatPrefix } from '../../../kernel/prefix.js'
import { isBridgeOrBondPort } from '../../../kernel/virtual-link.js'
import { leases } from '../../../plan/leases.js'
import type { Origin, PlannedLink } from '../../../plan/plan.js'
import { fill } from '../../../render/template.js'
import { line, type Block } from '../../../render/views.js'
import { formatEntry, formatHeader, type IniEntry } from '../../../syntax/ini.js'
import { commentLines } from '../../../syntax/comments.js'
import { commandLine } from '../../../syntax/shell.js'
import { bannerOf } from '../common-files.js'
import { entry, optionalEntry, type Entries } from '../ini-entries.js'
import { leaseSettings, type LeaseSettings } from './lease.js'
import { connectionKeys, ethernetKeys, ipKeys, ipSections, type IpMethod } from './keys.js'
import { virtualLinkEntries, membership } from './virtual-links.js'
import type { LinkLease } from '../lease/settings.js'
import { commentsOf, textFile, type RenderContext, type Step, type TextFile } from '../../target.js'

export interface KeyfileBlock {
  /** Of the part of the plan that it configures, which is also its comment. Absent: it is the profile's link's. */
  readonly origin?: Origin
  /** Lines above that comment, without the sign. */
  readonly comments?: readonly string[]
  readonly entries: Entries
}

export interface KeyfileSection {
  readonly name: string
  readonly blocks: readonly KeyfileBlock[]
}

/** Routes and rules of a profile, beside its link's own settings. */
export type ProfileExtras = Readonly<Record<Family, readonly KeyfileBlock[]>>

const PREFIX = 'multihome-'

/** `connection.id`, by which nmcli knows the profile. */
export const profileName = (link: LinkName): string => `${PREFIX}${link}`

/** NetworkManager refuses a profile that others can read. It derives the missing uuid from the path, so the uuid is stable. */
export function keyfile(
  { name: link, origin }: { readonly name: LinkName; readonly origin?: Origin },
  sections: readonly KeyfileSection[],
  stack: string,
  context: RenderContext,
): TextFile {
  const owner = origin === undefined ? [] : [origin]
  const view = {
    banner: bannerOf(context, stack),
    sections: sections
      .filter(({ blocks }) => blocks.some(({ entries }) => entries.length > 0))
      .map(({ name, blocks }) => ({
        header: line(formatHeader(name), ...owner),
        blocks: blocks.map((one) => formatBlock(one, owner)),
      })),
  }
  const path = `/etc/NetworkManager/system-connections/${profileName(link)}.nmconnection` as const
  return textFile(path, fill('nm-keyfile/keyfile', view), 0o600)
}

const formatBlock = ({ origin, comments = [], entries }: KeyfileBlock, owner: readonly Origin[]): Block => ({
  comments: [...comments, ...(origin === undefined ? [] : commentsOf(origin))],
  lines: entries.map((entry) => line(formatEntry(entry), ...(origin === undefined ? owner : [origin]))),
})

/** The whole profile of a link that we configure. */
export function linkSections(
  link: PlannedLink,
  lease: LinkLease | undefined,
  extras: ProfileExtras,
): readonly KeyfileSection[] {
  return [
    {
      name: connectionKeys.section,
      blocks: [
        {
          origin: link.origin,
          // Higher than profiles of NetworkManager or an installer for the same card.
          entries: [
            entry(connectionKeys.id, profileName(link.name)),
            entry(connectionKeys.type, link.virtual?.kind ?? 'ethernet'),
            entry(connectionKeys.link, link.name),
            entry(connectionKeys.priority, 100),
            ...membership(link),
          ],
        },
      ],
    },
    ...(link.virtual === undefined
      ? []
      : [{ name: link.virtual.kind, blocks: [{ entries: virtualLinkEntries(link.virtual) }] }]),
    {
      name: ethernetKeys.section,
      blocks: [
        {
          entries: [
            ...optionalEntry(ethernetKeys.mtu, link.mtu),
            ...optionalEntry(ethernetKeys.mac, link.mac),
          ],
        },
      ],
    },
    ...(isBridgeOrBondPort(link.master)
      ? []
      : [
          { name: ipSections.inet, blocks: [...inet(link, lease), ...extras.inet] },
          { name: ipSections.inet6, blocks: [...inet6(link, lease), ...extras.inet6] },
        ]),
  ]
}

export const hasFamily = (link: PlannedLink, family: Family): boolean =>
  link.addresses.some((address) => address.family === family)

/** Whether the profile has the family: static addresses, or a client that gets some. */
export const hasMethod = (link: PlannedLink, family: Family): boolean =>
  hasFamily(link, family) || leases(link, family)

const addresses = (link: PlannedLink, family: Family): Entries =>
  link.addresses
    .filter((address) => address.family === family)
    .map((address, index) => entry(`${ipKeys.address}${index + 1}`, formatPrefix(address)))

/** GLib's list: each value ends with a semicolon. */
const list = (values: readonly string[]): string => values.map((value) => `${value};`).join('')

function nameservers(link: PlannedLink, family: Family): Entries {
  const { addresses: servers, search } = link.nameservers
  const own = servers.filter((server) => server.family === family)
  const holder: Family = hasMethod(link, 'inet') ? 'inet' : 'inet6'
  return [
    ...(own.length === 0 ? [] : [entry(ipKeys.dns, list(own.map((server) => server.text)))]),
    ...(search.length === 0 || family !== holder ? [] : [entry(ipKeys.search, list(search))]),
  ]
}

const methodEntry = (method: IpMethod): IniEntry => entry(ipKeys.method, method)

const DAD_TIMEOUT = 'dad-timeout=0: the address is usable at once, so no route that needs it is refused'

const leasedBlocks = (leased: LeaseSettings | undefined, more: Entries = []): readonly KeyfileBlock[] =>
  leased === undefined
    ? []
    : [{ comments: commentLines(leased.comment), entries: [...leased.entries, ...more] }]

function inet(link: PlannedLink, lease: LinkLease | undefined): readonly KeyfileBlock[] {
  const leased = leaseSettings(link, lease, 'inet')
  const own = addresses(link, 'inet')
  const servers = nameservers(link, 'inet')
  if (leased === undefined && own.length === 0) return [{ entries: [methodEntry('disabled')] }]
  if (own.length === 0) return leasedBlocks(leased, servers)
  return [
    ...leasedBlocks(leased),
    {
      comments: [DAD_TIMEOUT],
      entries: [
        ...(leased === undefined ? [methodEntry('manual')] : []),
        entry(ipKeys.dadTimeout, 0),
        ...own,
        ...servers,
      ],
    },
  ]
}

/** The kernel gives a VRF no link-local address. */
function methodInet6(link: PlannedLink): IpMethod {
  if (hasFamily(link, 'inet6')) return 'manual'
  return link.virtual?.kind === 'vrf' ? 'ignore' : 'link-local'
}

/** Without static addresses the link still has the link-local one that the kernel adds. */
function inet6(link: PlannedLink, lease: LinkLease | undefined): readonly KeyfileBlock[] {
  const leased = leaseSettings(link, lease, 'inet6')
  return [
    ...leasedBlocks(leased),
    {
      comments: ["eui64: the kernel's own link-local address, the same on every stack"],
      entries: [
        ...(leased === undefined ? [methodEntry(methodInet6(link))] : []),
        entry(ipKeys.addrGenMode, 'eui64'),
        ...addresses(link, 'inet6'),
        ...nameservers(link, 'inet6'),
      ],
    },
  ]
}

export const RELOAD: Step = {
  programs: ['nmcli'],
  command: 'nmcli connection reload',
  why: 'reads the profiles; one whose file is gone is taken down with its addresses',
}

/** Activates each profile; exact, where a restart of NetworkManager would leave old rules and routes beside the new. */
export function upSteps(links: readonly LinkName[], isLeasing: boolean): readonly Step[] {
  if (links.length === 0) return []
  return [activation(commandLine(links), PREFIX, isLeasing)]
}

/** Of the profiles PREFIX-NAME. NetworkManager goes on when nmcli has waited long enough. */
export const activation = (names: string, prefix: string, isLeasing: boolean): Step => ({
  programs: ['nmcli'],
  command: `for link in ${names}; do nmcli ${isLeasing ? '--wait 20 ' : ''}connection up "${prefix}$link" || :; done`,
  why: `one without carrier fails here, and comes by itself with it${isLeasing ? '; so does one whose provider says nothing' : ''}`,
})
