// Lowering of sysctls: generated ones with their reasons, overridden by the user's.
import type { Path } from '../../diagnostics/diagnostic.js'
import { families } from '../../kernel/family.js'
import { distinctBy } from '../../stdlib/group-by.js'
import type { LinkName } from '../../kernel/link.js'
import { isSameSysctl, linkSysctl, type SysctlKey } from '../../kernel/sysctl.js'
import type { Link, Network } from '../../network/network.js'
import type { AutoSysctl } from '../origin.js'
import { gatewayOrigin, mainMetrics } from './routes.js'
import type { Origin, Rule, Sysctl } from '../plan.js'
import { sharedLinks } from '../shared-links.js'

export function lowerSysctls(network: Network, rules: readonly Rule[]): readonly Sysctl[] {
  if (!network.sysctls.auto) return []
  const auto = [
    ...reversePath(network),
    ...marks(rules),
    ...sharedPrefixes(network),
    ...multipath(network),
    ...carrier(network),
    ...advertisements(network),
  ]
  const written = network.sysctls.written.map(({ key, value, path }): Sysctl => ({
    key,
    value,
    origin: { kind: 'sysctl', path },
  }))
  return [...auto.filter(({ key }) => !written.some((one) => isSameSysctl(one.key, key))), ...written]
}

/** Links of gateways without duplicates, with the first gateway on each. */
function gatewayLinks(network: Network): readonly { readonly link: LinkName; readonly origin: Origin }[] {
  return distinctBy(network.gateways, ({ link }) => link).map((gateway) => ({
    link: gateway.link,
    origin: gatewayOrigin(gateway),
  }))
}

const linkOrigin = ({ name: link }: Pick<Link, 'name'>, path: Path): Origin => ({ kind: 'link', link, path })

const autoSysctl = (key: SysctlKey, value: string, cause: Origin, setting: AutoSysctl): Sysctl => ({
  key,
  value,
  origin: { kind: 'auto-sysctl', cause, ...setting, path: cause.path },
})

const reversePath = (network: Network): readonly Sysctl[] =>
  gatewayLinks(network).map(({ link, origin }) =>
    autoSysctl(linkSysctl('inet', link, 'rp_filter'), '2', origin, { setting: 'reverse-path' }),
  )

function marks(rules: readonly Rule[]): readonly Sysctl[] {
  const marked = rules.find((rule) => rule.family === 'inet' && rule.selector.fwmark !== undefined)
  if (marked === undefined) return []
  const setting = { setting: 'mark-in-reverse-path' } as const
  return [autoSysctl(linkSysctl('inet', 'all', 'src_valid_mark'), '1', marked.origin, setting)]
}

function sharedPrefixes(network: Network): readonly Sysctl[] {
  const links = [...network.links.values()].map(({ name, path, addresses }) => ({
    name,
    path,
    addresses: addresses.map((address) => address.prefix),
  }))
  return sharedLinks(links).flatMap(({ link, prefix, other }) => {
    const origin = linkOrigin(link, [...link.path, 'addresses'])
    const key = (name: string): SysctlKey => linkSysctl('inet', link.name, name)
    return [
      autoSysctl(key('arp_ignore'), '1', origin, { setting: 'arp-ignore', other, prefix }),
      autoSysctl(key('arp_announce'), '2', origin, { setting: 'arp-announce', other, prefix }),
    ]
  })
}

function multipath(network: Network): readonly Sysctl[] {
  if (network.default.kind !== 'balance') return []
  const origin: Origin = { kind: 'default', path: ['default', 'balance'] }
  const setting = { setting: 'multipath-hash' } as const
  return (['ipv4', 'ipv6'] as const).map((family) =>
    autoSysctl(['net', family, 'fib_multipath_hash_policy'], '1', origin, setting),
  )
}

/** Without this sysctl the kernel uses routes over links without carrier. No stack reacts faster than the kernel. */
function carrier(network: Network): readonly Sysctl[] {
  const isSpread = network.default.kind !== 'none' && network.default.members.length > 1
  const closed = new Set(network.gateways.flatMap(({ link, failClosed }) => (failClosed ? [link] : [])))
  return gatewayLinks(network)
    .filter(({ link }) => isSpread || closed.has(link))
    .flatMap(({ link, origin }) =>
      families.map((family) => {
        const key = linkSysctl(family, link, 'ignore_routes_with_linkdown')
        return autoSysctl(key, '1', origin, { setting: 'without-carrier' })
      }),
    )
}

function advertisements(network: Network): readonly Sysctl[] {
  const metrics = mainMetrics(network)
  return [...network.links.values()]
    .filter((link) => link.managed)
    .flatMap((link) => (link.acceptRa ? raAccepted(link, network, metrics) : [raRejected(link)]))
}

const raRejected = (link: Link): Sysctl =>
  autoSysctl(linkSysctl('inet6', link.name, 'accept_ra'), '0', linkOrigin(link, link.path), {
    setting: 'ra-rejected',
  })

/** The kernel installs the default route of advertisements only in main. */
function raAccepted(link: Link, network: Network, metrics: ReadonlyMap<string, number>): readonly Sysctl[] {
  const origin = linkOrigin(link, [...link.path, 'accept-ra'])
  const gateway = network.gateways.find(
    (one) =>
      one.link === link.name &&
      one.nexthops.some(({ kind, family }) => kind === 'lease' && family === 'inet6'),
  )
  const metric = gateway === undefined ? undefined : metrics.get(gateway.name)
  const forKernelRa = (name: string, value: string, setting: AutoSysctl): Sysctl => ({
    ...autoSysctl(linkSysctl('inet6', link.name, name), value, origin, setting),
    kernelRaOnly: true,
  })
  return [
    forKernelRa('accept_ra', '2', { setting: 'ra-accepted' }),
    ...(gateway === undefined || metric === undefined
      ? [forKernelRa('accept_ra_defrtr', '0', { setting: 'ra-default-rejected' })]
      : [
          forKernelRa('accept_ra_defrtr', '1', { setting: 'ra-default-accepted' }),
          forKernelRa('ra_defrtr_metric', String(metric), { setting: 'ra-metric', gateway: gateway.name }),
        ]),
  ]
}
