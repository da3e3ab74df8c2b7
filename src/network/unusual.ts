// Warnings about what a description allows, but is seldom meant: found before there is a plan.
import type { Description } from '../description/description.js'
import type { Reporter } from '../diagnostics/reporter.js'
import { familyName, type Family } from '../kernel/family.js'
import { isLinkName, loopback, type LinkName } from '../kernel/link.js'
import {
  formatPrefix,
  isHostPrefix,
  isSamePrefix,
  networkOf,
  overlaps,
  type Prefix,
} from '../kernel/prefix.js'
import type { Link, Network } from './network.js'
import { vrfOf } from './references.js'

export function checkUnusual(description: Description, network: Network, reporter: Reporter): void {
  checkForwarding(network, reporter)
  checkVlanNames(network, reporter)
  checkOverlaps(network, reporter)
  checkIpv6Sources(network, reporter)
  checkSysctls(network, reporter)
  checkVersions(description, reporter)
}

const FORWARDING: Readonly<Record<Family, string>> = {
  inet: 'net.ipv4.ip_forward',
  inet6: 'net.ipv6.conf.all.forwarding',
}

/** Only where the description switches forwarding off: else another program may switch it on. */
function checkForwarding({ sysctls, rules, links, gateways }: Network, reporter: Reporter): void {
  if (!sysctls.auto) return
  const uplinks = new Set<LinkName>(gateways.map(({ link }) => link))
  const networks = [...links.values()]
    .filter(({ name }) => !uplinks.has(name))
    .flatMap(({ addresses }) => addresses.map(({ prefix }) => networkOf(prefix)))
  const isForwarded = (from: Prefix | undefined, iif: LinkName | undefined): boolean =>
    iif === undefined
      ? from !== undefined && !isHostPrefix(from) && networks.some((lan) => overlaps(lan, from))
      : iif !== loopback
  for (const { key, value } of sysctls.written) {
    const family = (['inet', 'inet6'] as const).find((one) => FORWARDING[one] === key.replaceAll('/', '.'))
    if (family === undefined || value !== '0') continue
    for (const { elements, selectsTable, path } of rules) {
      const selectors = elements.flatMap((element) => element[family])
      if (selectsTable && selectors.some(({ from, iif, not }) => not !== true && isForwarded(from, iif)))
        reporter.at(...path).report('forwarding-off', { family: familyName(family), key }, { on: 'key' })
    }
  }
}

/**
 * ifupdown and ifupdown2 create `eth0.10` as a VLAN because of its name; the others wait for such a link. A link with
 * sysctls of its own is one that the writer has.
 */
function checkVlanNames({ links, manage, sysctls }: Network, reporter: Reporter): void {
  for (const { name, made, manage: own, path } of links.values()) {
    const [, parent, id] = /^(.+)\.(\d{1,4})$/.exec(name) ?? []
    const hasSysctl = sysctls.auto && sysctls.written.some(({ key }) => key.includes(`/${name}/`))
    if (hasSysctl || reporter.isBroken(...path)) continue
    if (parent === undefined || made !== undefined || manage === 'routing' || own === 'routing') continue
    if (!isLinkName(parent) || !links.has(parent) || Number(id) < 1 || Number(id) > 4094) continue
    const options = { on: 'key', fix: vlanFix(parent, Number(id)) } as const
    reporter.at(...path).report('vlan-by-name', { link: name, parent }, options)
  }
}

const vlanFix = (parent: LinkName, id: number): string =>
  `Add \`vlan: {id: ${id}, link: ${parent}}\`, or \`manage: routing\` where another program creates it.`

/** Links of one prefix are a feature of its own (`links-share-prefix`). */
function checkOverlaps({ links }: Network, reporter: Reporter): void {
  const known: { readonly link: Link; readonly prefix: Prefix }[] = []
  for (const link of links.values())
    for (const { prefix: own, path } of link.addresses) {
      const prefix = networkOf(own)
      if (isHostPrefix(prefix)) continue
      const other = known.find(
        (one) =>
          one.link !== link &&
          vrfOf(one.link) === vrfOf(link) &&
          overlaps(one.prefix, prefix) &&
          !isSamePrefix(one.prefix, prefix),
      )
      if (other !== undefined)
        reporter.at(...path).report('prefixes-overlap', {
          prefix: formatPrefix(prefix),
          link: link.name,
          other: formatPrefix(other.prefix),
          otherLink: other.link.name,
        })
      known.push({ link, prefix })
    }
}

function checkIpv6Sources({ gateways, links, manage }: Network, reporter: Reporter): void {
  for (const { name, link: linkName, ways } of gateways) {
    const link = links.get(linkName)
    const nexthop = ways.find(({ family, kind }) => family === 'inet6' && kind === 'address')
    if (link === undefined || nexthop?.via === undefined) continue
    const isForeign = manage === 'routing' || link.manage === 'routing'
    const hasSource =
      link.acceptRa || link.dhcp6 || link.addresses.some(({ prefix }) => prefix.family === 'inet6')
    if (isForeign || hasSource || hasIpv6(links)) continue
    reporter
      .at(...nexthop.path)
      .report('nexthop-without-source', { gateway: name, via: nexthop.via.text, link: linkName })
  }
}

/** An address of another link can be the source, too. */
const hasIpv6 = (links: Network['links']): boolean =>
  [...links.values()].some(
    ({ addresses, acceptRa, dhcp6, manage }) =>
      acceptRa || dhcp6 || manage === 'routing' || addresses.some(({ prefix }) => prefix.family === 'inet6'),
  )

function checkSysctls({ sysctls }: Network, reporter: Reporter): void {
  if (!sysctls.auto) return
  for (const { key, path } of sysctls.written)
    if (!/^net[./]/.test(key)) reporter.at(...path).report('sysctl-not-network', { key }, { on: 'key' })
}

interface Releases {
  readonly program: string
  readonly first: number
  /** Far enough ahead that a release of the next years is no mistake. */
  readonly last: number
  readonly command: string
}

const releases: Readonly<Record<string, Releases>> = {
  netifrc: { program: 'netifrc', first: 0, last: 1, command: 'qlist -Iv netifrc' },
  ifupdown: { program: 'ifupdown', first: 0, last: 9, command: 'ifup --version' },
  'nm-dispatcher': { program: 'NetworkManager', first: 0, last: 2, command: 'NetworkManager --version' },
  'nm-keyfile': { program: 'NetworkManager', first: 0, last: 2, command: 'NetworkManager --version' },
  networkd: { program: 'systemd', first: 200, last: 290, command: 'systemctl --version' },
  netplan: { program: 'netplan', first: 0, last: 3, command: 'dpkg -s netplan.io' },
  iproute2: { program: 'iproute2', first: 2, last: 12, command: 'ip -V' },
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
      if (major >= known.first && major <= known.last) continue
      const { program, command } = known
      reporter
        .at('targets', target, setting)
        .report(
          'version-unknown',
          { program, version: String(version) },
          { target, fix: `Write the version that \`${command}\` prints on the host.` },
        )
    }
}
