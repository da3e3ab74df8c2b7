// Warnings about what a description allows, but is seldom meant: found before there is a plan.
import type { Description } from '../description/description.js'
import type { Reporter } from '../diagnostics/reporter.js'
import { addressValue } from '../kernel/address.js'
import { families, familyName } from '../kernel/family.js'
import { groupBy } from '../stdlib/group-by.js'
import { isLinkName, loopback, type LinkName } from '../kernel/link.js'
import {
  containsPrefix,
  formatPrefix,
  isHostPrefix,
  isSamePrefix,
  networkOf,
  overlaps,
  type Prefix,
} from '../kernel/prefix.js'
import { formatSysctlKey, forwardingSysctls, isSameSysctl } from '../kernel/sysctl.js'
import type { Network } from './network.js'
import { vrfOf } from './references.js'
import { boundaryOf } from './resolve-links.js'

export function checkUnusual(description: Description, network: Network, reporter: Reporter): void {
  checkForwarding(network, reporter)
  checkVlanNames(network, reporter)
  checkBoundaries(network, reporter)
  checkOverlaps(network, reporter)
  checkIpv6Sources(network, reporter)
  checkVersions(description, reporter)
}

/** Only where the description switches forwarding off: else another program may switch it on. */
function checkForwarding(network: Network, reporter: Reporter): void {
  const { sysctls, rules } = network
  if (!sysctls.auto) return
  for (const { key, value } of sysctls.written) {
    const family = families.find((one) => isSameSysctl(forwardingSysctls[one], key))
    if (family === undefined || value !== '0') continue
    const isForwarded = forwardingTest(network)
    for (const { elements, selectsTable, path } of rules) {
      const selectors = elements.flatMap((element) => element[family])
      if (selectsTable && selectors.some(({ from, iif, not }) => not !== true && isForwarded(from, iif)))
        reporter
          .at(...path)
          .report('forwarding-off', { family: familyName(family), key: formatSysctlKey(key) }, { on: 'key' })
    }
  }
}

/** Whether packets with these selectors are forwarded ones: received, or from a network of a link without gateway. */
function forwardingTest({ links, gateways }: Network) {
  const uplinks = new Set<LinkName>(gateways.map(({ link }) => link))
  const networks = [...links.values()]
    .filter(({ name }) => !uplinks.has(name))
    .flatMap(({ addresses }) => addresses.map(({ prefix }) => networkOf(prefix)))
  return (from: Prefix | undefined, iif: LinkName | undefined): boolean =>
    iif === undefined
      ? from !== undefined && !isHostPrefix(from) && networks.some((lan) => overlaps(lan, from))
      : iif !== loopback
}

/**
 * ifupdown and ifupdown2 create `eth0.10` as a VLAN because of its name; the others wait for such a link. A link with
 * sysctls of its own is one that the writer has.
 */
function checkVlanNames({ links, sysctls }: Network, reporter: Reporter): void {
  for (const { name, virtual, managed, path } of links.values()) {
    const [, parent, id] = /^(.+)\.(\d{1,4})$/.exec(name) ?? []
    if (parent === undefined || virtual !== undefined || !managed) continue
    if (!isLinkName(parent) || !links.has(parent) || Number(id) < 1 || Number(id) > 4094) continue
    const hasSysctl = sysctls.auto && sysctls.written.some(({ key }) => key.includes(name))
    if (hasSysctl || reporter.isBroken(...path)) continue
    const options = { on: 'key', fix: vlanFix(parent, Number(id)) } as const
    reporter.at(...path).report('vlan-by-name', { link: name, parent }, options)
  }
}

const vlanFix = (parent: LinkName, id: number): string =>
  `Add \`vlan: {id: ${id}, link: ${parent}}\`, or \`manage: routing\` where another program creates it.`

/**
 * Links of one prefix are a feature of its own (`links-share-prefix`). Sorted by start and length, a prefix follows
 * those that contain it.
 */
function checkOverlaps({ links }: Network, reporter: Reporter): void {
  const written = [...links.values()].flatMap((link) =>
    link.addresses
      .filter(({ prefix }) => !isHostPrefix(prefix))
      .map(({ prefix: address, path }) => {
        const prefix = networkOf(address)
        return { link, prefix, vrf: vrfOf(link), path, start: addressValue(prefix.address) }
      }),
  )
  const entries = [
    ...groupBy(written, ({ vrf, prefix }) => `${prefix.family} ${vrf ?? ''}`).values(),
  ].flatMap((group) =>
    group.sort((a, b) =>
      a.start < b.start ? -1 : a.start > b.start ? 1 : a.prefix.length - b.prefix.length,
    ),
  )
  let enclosing: typeof entries = []
  for (const entry of entries) {
    const { prefix, link, vrf, path } = entry
    enclosing = enclosing.filter((outer) => outer.vrf === vrf && containsPrefix(outer.prefix, prefix))
    const other = enclosing.find((outer) => outer.link !== link && !isSamePrefix(outer.prefix, prefix))
    if (other !== undefined)
      reporter.at(...path).report('prefixes-overlap', {
        prefix: formatPrefix(prefix),
        link: link.name,
        other: formatPrefix(other.prefix),
        otherLink: other.link.name,
      })
    // Two links of a prefix are enough to find another one.
    if (enclosing.filter((outer) => isSamePrefix(outer.prefix, prefix)).length < 2) enclosing.push(entry)
  }
}

function checkBoundaries({ links }: Network, reporter: Reporter): void {
  for (const { prefix, path } of [...links.values()].flatMap(({ addresses }) => addresses)) {
    const boundary = boundaryOf(prefix)
    if (boundary === undefined) continue
    const network = formatPrefix(networkOf(prefix))
    reporter.at(...path).report('address-at-boundary', { address: prefix.address.text, boundary, network })
  }
}

function checkIpv6Sources({ gateways, links }: Network, reporter: Reporter): void {
  if (hasIpv6(links)) return
  for (const { name, link, nexthops } of gateways) {
    const nexthop = nexthops.find(({ family, kind }) => family === 'inet6' && kind === 'address')
    if (nexthop?.via === undefined) continue
    reporter
      .at(...nexthop.path)
      .report('nexthop-without-source', { gateway: name, via: nexthop.via.text, link })
  }
}

/** An address of another link can be the source, too. */
const hasIpv6 = (links: Network['links']): boolean =>
  [...links.values()].some(
    ({ addresses, acceptRa, dhcp6, managed }) =>
      acceptRa || dhcp6 || !managed || addresses.some(({ prefix }) => prefix.family === 'inet6'),
  )

/** `last` is far enough ahead that a release of the next years is no mistake. */
type Releases = readonly [program: string, first: number, last: number, command: string]

const releases: Readonly<Record<string, Releases>> = {
  netifrc: ['netifrc', 0, 1, 'qlist -Iv netifrc'],
  ifupdown: ['ifupdown', 0, 9, 'ifup --version'],
  'nm-dispatcher': ['NetworkManager', 0, 2, 'NetworkManager --version'],
  'nm-keyfile': ['NetworkManager', 0, 2, 'NetworkManager --version'],
  networkd: ['systemd', 200, 290, 'systemctl --version'],
  netplan: ['netplan', 0, 3, 'dpkg -s netplan.io'],
  iproute2: ['iproute2', 2, 12, 'ip -V'],
}

/** The number of a distribution's release, or of another program, is the usual mistake. */
function checkVersions({ targets = {} }: Description, reporter: Reporter): void {
  for (const [target, settings] of Object.entries(targets))
    for (const [setting, known] of [
      ['version', releases[target]],
      ['systemd', releases['networkd']],
    ] as const) {
      const version = settings[setting]
      const major = Number.parseInt(String(version), 10)
      if (version === undefined || known === undefined) continue
      const [program, first, last, command] = known
      if (major >= first && major <= last) continue
      reporter
        .at('targets', target, setting)
        .report(
          'version-unknown',
          { program, version: String(version) },
          { target, fix: `Write the version that \`${command}\` prints on the host.` },
        )
    }
}
