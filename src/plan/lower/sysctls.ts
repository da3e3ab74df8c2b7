// Lowering of sysctls: generated ones with their reasons, overridden by the user's.
import { families } from '../../kernel/family.js'
import { distinctBy } from '../../kernel/group-by.js'
import type { LinkName } from '../../kernel/link.js'
import type { Link, Network } from '../../network/network.js'
import { mainMetrics } from './routes.js'
import type { Origin, Rule, Sysctl } from '../plan.js'
import { sharedLinks } from '../shared-links.js'
import { linkKey, normalKey } from '../sysctl-key.js'

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
  const written = network.sysctls.written.map(({ key, value, path }) => ({
    key,
    value,
    origin: { path, reason: 'set under `sysctls`' },
  }))
  const overridden = new Set(written.map(({ key }) => normalKey(key)))
  return [...auto.filter(({ key }) => !overridden.has(normalKey(key))), ...written]
}

/** Links of gateways without duplicates, with the first gateway on each. */
function gatewayLinks(network: Network): readonly { readonly link: LinkName; readonly origin: Origin }[] {
  return distinctBy(network.gateways, ({ link }) => link).map(({ link, path, name }) => ({
    link,
    origin: { path, reason: `gateway ${name}` },
  }))
}

const withReason = (origin: Origin, reason: string): Origin => ({
  path: origin.path,
  reason: `${origin.reason}: ${reason}`,
})

function reversePath(network: Network): readonly Sysctl[] {
  const reason =
    'loose reverse-path filter, since rules choose the return path; the larger of this and conf.all counts'
  return gatewayLinks(network).map(({ link, origin }) => ({
    key: linkKey('ipv4', link, 'rp_filter'),
    value: '2',
    origin: withReason(origin, reason),
  }))
}

function marks(rules: readonly Rule[]): readonly Sysctl[] {
  const marked = rules.find((rule) => rule.family === 'inet' && rule.selector.fwmark !== undefined)
  if (marked === undefined) return []
  const reason = 'the reverse-path filter uses the mark in its lookup'
  return [{ key: 'net.ipv4.conf.all.src_valid_mark', value: '1', origin: withReason(marked.origin, reason) }]
}

function sharedPrefixes(network: Network): readonly Sysctl[] {
  const links = [...network.links.values()].map(({ name, path, addresses }) => ({
    name,
    path,
    addresses: addresses.map((address) => address.prefix),
  }))
  return sharedLinks(links).flatMap(({ link, prefix, other }) => {
    const origin = { path: [...link.path, 'addresses'], reason: `link ${link.name}` }
    return [
      {
        key: linkKey('ipv4', link.name, 'arp_ignore'),
        value: '1',
        origin: withReason(
          origin,
          `${other} is in ${prefix}, too: each answers ARP only for its own addresses`,
        ),
      },
      {
        key: linkKey('ipv4', link.name, 'arp_announce'),
        value: '2',
        origin: withReason(
          origin,
          `${other} is in ${prefix}, too: each sends ARP requests from its own address`,
        ),
      },
    ]
  })
}

function multipath(network: Network): readonly Sysctl[] {
  if (network.default.kind !== 'balance') return []
  const origin = { path: ['default', 'balance'], reason: 'default' }
  return (['ipv4', 'ipv6'] as const).map((family) => ({
    key: `net.${family}.fib_multipath_hash_policy`,
    value: '1',
    origin: withReason(origin, 'balance by connection (addresses and ports), not by address alone'),
  }))
}

/** Without this sysctl the kernel uses routes over links without carrier. No stack reacts faster than the kernel. */
function carrier(network: Network): readonly Sysctl[] {
  const isSpread = network.default.kind !== 'none' && network.default.members.length > 1
  return gatewayLinks(network)
    .filter(
      ({ link }) =>
        isSpread || network.gateways.some((gateway) => gateway.link === link && gateway.failClosed),
    )
    .flatMap(({ link, origin }) =>
      families.map((family) => ({
        key: linkKey(family === 'inet' ? 'ipv4' : 'ipv6', link, 'ignore_routes_with_linkdown'),
        value: '1',
        origin: withReason(origin, 'skip routes whose link has no carrier'),
      })),
    )
}

function advertisements(network: Network): readonly Sysctl[] {
  if (network.manage === 'routing') return []
  const metrics = mainMetrics(network)
  return [...network.links.values()]
    .filter((link) => link.manage === 'full')
    .flatMap((link) => (link.acceptRa ? raAccepted(link, network, metrics) : [raRejected(link)]))
}

const raRejected = (link: Link): Sysctl => ({
  key: linkKey('ipv6', link.name, 'accept_ra'),
  value: '0',
  origin: withReason(
    { path: link.path, reason: `link ${link.name}` },
    'router advertisements would add unplanned addresses and a default route',
  ),
})

/** The kernel installs the default route of advertisements only in main. */
function raAccepted(link: Link, network: Network, metrics: ReadonlyMap<string, number>): readonly Sysctl[] {
  const origin = { path: [...link.path, 'accept-ra'], reason: `link ${link.name}` }
  const gateway = network.gateways.find(
    (one) =>
      one.link === link.name &&
      one.nexthops.some(({ kind, family }) => kind === 'lease' && family === 'inet6'),
  )
  const metric = gateway === undefined ? undefined : metrics.get(gateway.name)
  const setting = (name: string, value: string, reason: string): Sysctl => ({
    key: linkKey('ipv6', link.name, name),
    value,
    isForKernelRa: true,
    origin: withReason(origin, reason),
  })
  return [
    setting('accept_ra', '2', 'accept router advertisements, even if this host forwards'),
    ...(metric === undefined
      ? [setting('accept_ra_defrtr', '0', 'no default route in main: `default` does not name the gateway')]
      : [
          setting('accept_ra_defrtr', '1', 'accept their default route'),
          setting('ra_defrtr_metric', String(metric), `metric of gateway ${gateway?.name ?? ''} in main`),
        ]),
  ]
}
