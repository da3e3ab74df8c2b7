// Hostile DHCP servers and routers on the links of a host with a fail-closed VPN: no packet of a protected user or mark
// leaves in the clear, and no route of a lease is installed but the default route of a gateway.
import { describe, expect, inject, test } from 'vitest'
import { parsePrefix } from '../../src/kernel/prefix.js'
import type { Prefix } from '../../src/kernel/prefix.js'
import { ingressCounts, resetCounters } from './checks/ingress-counters.js'
import { send } from './checks/continuous-traffic.js'
import type { Stream } from './checks/continuous-traffic.js'
import { bootHost } from './host/host.js'
import { until } from './host/leases/lease-lifecycle.js'
import { parseLeases } from './host/leases/leases-file.js'
import type { Platform } from './host/rendering.js'
import { dhcpClients } from './lab/dhcp/dhcp-clients.js'
import type { DhcpClient } from './lab/dhcp/dhcp-clients.js'
import { dnsmasqOptions } from './lab/dhcp/dnsmasq-options.js'
import type { Lease } from './lab/dhcp/lease.js'
import { advertise } from './lab/dhcp/router-advertisement.js'
import type { ForgedAdvertisement } from './lab/dhcp/router-advertisement.js'
import type { Lab } from './lab/lab.js'
import { sleep } from './lab/process/shell.js'
import type { StackId } from './lab/stacks.js'
import { renderedHere } from './run/skip-policy.js'
import { selectedPlatforms } from './run/selection.js'

type Variant = {
  /** Of the gateways, the first of which has the default route of main. */
  readonly order: string
  /** The VPN’s addresses are not in the description, so its IPv6 is rejected, and the rule of IPv4 is behind the reply rules. */
  readonly isDynamic?: true
  readonly client?: DhcpClient
}

/**
 * wg0 stands for a VPN; the provider of wan0 and the server of lan0 are hostile. A priority before the reply rules holds
 * while the VPN is down: the kernel looks IPv6 up twice (docs/description.md).
 */
const description = ({ order, isDynamic }: Variant): string => `version: 1
links:
  eth0: { addresses: [192.0.2.10/24, '2001:db8:a::10/64'] }
  wan0: { dhcp4: true, accept-ra: true }
  lan0: { dhcp4: true, accept-ra: true }
  wg0: { manage: routing${isDynamic === true ? '' : `, addresses: [${addressesOfVpn.map((text) => `'${text}'`).join(', ')}]`} }
gateways:
${order
  .split(', ')
  .map((name) => `  ${name}: ${gateways[name] ?? ''}\n`)
  .join('')}default: { failover: [${order.replace(/(, )?vpn/, '').replace(/^, /, '')}] }
rules:
  - { family: ipv6, uidrange: 1000-1999, iif: lo, gateway: vpn, priority: 17900 }
  - { family: ipv4, uidrange: 1000-1999, iif: lo, gateway: vpn${isDynamic === true ? '' : ', priority: 17901'} }
`

const addressesOfVpn = ['10.9.0.2/32', '2001:db8:9::2/64']

const gateways: Readonly<Record<string, string>> = {
  cable: '{ link: wan0, via: lease }',
  fiber: "{ link: eth0, via: [192.0.2.1, '2001:db8:a::1'] }",
  vpn: '{ link: wg0, via: none, fwmark: 0x100/0xff00, fail-closed: true }',
}

const links = ['eth0', 'wan0', 'lan0', 'wg0'] as const
const hostile = ['wan0', 'lan0'] as const
type HostileLink = (typeof hostile)[number]

const honest = parseLeases(`
wan0: { dhcp4: { address: 198.51.100.80/24, router: 198.51.100.1 }, advertisement: { prefix: '2001:db8:b::/64' } }
lan0: { dhcp4: { address: 10.1.0.80/24, router: 10.1.0.1 }, advertisement: { prefix: '2001:db8:c::/64' } }
`)

/** Of the protected user and mark, with a source that the kernel chooses and with that of the VPN. */
const streams: readonly Stream[] = (['inet', 'inet6'] as const).flatMap((family, n) =>
  [{ uid: 1000 }, { mark: 0x100 }].flatMap((protection, k) => [
    { name: 'protected', family, sport: 5000 + 10 * n + 2 * k, ...protection },
    {
      ...{ name: 'protected, from the VPN', family, sport: 5001 + 10 * n + 2 * k, ...protection },
      from: family === 'inet' ? '10.9.0.2' : '2001:db8:9::2',
    },
  ]),
)

const prefix = (text: string): Prefix => {
  const parsed = parsePrefix(text)
  if (parsed === undefined) throw new Error(text)
  return parsed
}

/** Halves of the Internet, where the protected packets go, the peer of the VPN, and the network of the static gateway. */
const stolen4 = [
  '0.0.0.0/1',
  '128.0.0.0/1',
  '198.18.0.0/15',
  '198.18.8.8/32',
  '10.9.0.2/32',
  '192.0.2.128/25',
]
const stolen6 = [
  '2001:2::/48',
  '2001:2:0:8::8/128',
  '2001:db8:9::/64',
  '2001:db8:9::2/128',
  '2001:db8:a::/64',
]
const forged: ForgedAdvertisement = {
  prefixes: ['2001:db8:9::/64', '2001:db8:a::/64'].map(prefix),
  routes: stolen6.map(prefix),
}

type Offer = {
  readonly name: string
  readonly leases: Readonly<Record<HostileLink, Lease>>
  /** In option 121, and in 249 and 33 as well. */
  readonly hasRoutes?: true
}

const leased = (link: HostileLink, address: string, router: string): Lease => ({
  ...honest.get(link),
  ...parseLeases(`${link}: { dhcp4: { address: ${address}, router: ${router} } }`).get(link),
})

const offers: readonly Offer[] = [
  {
    name: 'further routes',
    leases: {
      wan0: leased('wan0', '198.51.100.80/24', '198.51.100.1'),
      lan0: leased('lan0', '10.1.0.80/24', '10.1.0.1'),
    },
    hasRoutes: true,
  },
  {
    name: 'addresses of the VPN and of the static gateway',
    leases: {
      wan0: leased('wan0', '10.9.0.2/24', '10.9.0.1'),
      lan0: leased('lan0', '192.0.2.10/24', '192.0.2.1'),
    },
    hasRoutes: true,
  },
  {
    name: 'a network around the VPN, and its address on the LAN',
    leases: {
      wan0: leased('wan0', '10.9.0.77/8', '10.9.0.1'),
      lan0: leased('lan0', '10.9.0.2/24', '10.9.0.1'),
    },
  },
]

function optionsOf(lease: Lease, hasRoutes: boolean | undefined): readonly string[] {
  const options = dnsmasqOptions(lease)
  const router = lease.dhcp4?.routers[0]?.text ?? ''
  if (hasRoutes !== true) return options
  const routes = [...stolen4, '0.0.0.0/0'].flatMap((network) => [network, router])
  return [
    ...options,
    ...[121, 249].map((option) => `--dhcp-option-force=${[option, ...routes].join(',')}`),
    `--dhcp-option-force=${[33, '198.18.8.8', router, '10.9.0.3', router].join(',')}`,
  ]
}

async function perform(lab: Lab, { leases, hasRoutes }: Offer): Promise<void> {
  for (const link of hostile) {
    await lab.provide(link, leases[link])
    await lab.lease(link, optionsOf(lab.leases().get(link) ?? {}, hasRoutes))
    const { code, stderr } = await lab.peerExec(link, advertise(forged))
    if (code !== 0) throw new Error(stderr)
  }
  await until(() => hostile.every((link) => lab.countMessages(link, 'DHCPACK') > 0), 20)
  await sleep(1.5)
}

/** As its program does. A real VPN needs no neighbour discovery, which the peer answers for its own addresses only. */
async function connectVpn(lab: Lab): Promise<void> {
  const { stdout } = await lab.peerExec('wg0', 'ip -o link show dev wire')
  const mac = /link\/ether (\S+)/.exec(stdout)?.[1] ?? ''
  const commands = [
    ...addressesOfVpn.map(
      (text) => `ip address replace ${text} dev wg0${text.includes(':') ? ' nodad' : ''}`,
    ),
    `ip neigh replace 2001:2:0:8::8 lladdr ${mac} dev wg0 nud permanent`,
  ]
  const { code, stderr } = await lab.netExec(commands.join(' && '))
  if (code !== 0) throw new Error(stderr)
  await sleep(1)
}

/** Routes by a router of these links, beside the default route of the gateway. */
async function furtherRoutes(lab: Lab): Promise<readonly string[]> {
  const { stdout } = await lab.netExec(
    hostile
      .map(
        (link) =>
          `ip -o -4 route show table all dev ${link} | sed 's/^/${link} /'; ip -o -6 route show table all dev ${link} | sed 's/^/${link} /'`,
      )
      .join('\n'),
  )
  return stdout
    .split('\n')
    .filter((line) => / via /.test(line) && !/^wan0 default /.test(line))
    .map((line) => line.replace(/ (proto|metric|src|expires|hoplimit|pref|nhid) .*/, ''))
}

/** Routes that a stack cannot ignore (docs/security.md). */
const mayHave: Readonly<Partial<Record<StackId, RegExp>>> = {
  'nm-keyfile': /^wan0 |^lan0 2001:/,
  'nm-dispatcher': /^wan0 |^lan0 2001:/,
  'netplan-nm': /^wan0 |^lan0 2001:/,
}

/** Packets in the clear: `wan0 5000: 3`. */
const inTheClear = async (lab: Lab): Promise<readonly string[]> =>
  (
    await Promise.all(
      links
        .filter((link) => link !== 'wg0')
        .map(async (link) => {
          const { inet, inet6 } = await ingressCounts(lab, link)
          return [...inet, ...inet6].map(([flow, count]) => `${link} ${flow}: ${count}`)
        }),
    )
  ).flat()

const platforms: readonly Platform[] = selectedPlatforms.filter(
  ({ stack, debian }) => debian === 13 || (debian === 12 && stack === 'networkd'),
)
const leasedFirst = 'cable, fiber, vpn'

function variantsOf({ stack, debian }: Platform): readonly Variant[] {
  if (stack === 'ifupdown') return dhcpClients.map((client) => ({ order: leasedFirst, client }))
  if (stack !== 'networkd' || debian !== 13) return [{ order: leasedFirst }]
  return [{ order: leasedFirst }, { order: 'vpn, fiber, cable' }, { order: leasedFirst, isDynamic: true }]
}

const cases = platforms.flatMap((platform) =>
  variantsOf(platform).map((variant) => ({
    ...{ platform, variant, stack: platform.stack, debian: platform.debian },
    name: `${variant.order}${variant.isDynamic === true ? ' (dynamic)' : ''}`,
    client: variant.client ?? 'its client',
  })),
)

describe.skipIf(inject('bootObstacle') !== '').concurrent('hostile leases', () => {
  test.for(cases)(
    'take nothing from the VPN on $stack with $client, Debian $debian, gateways $name',
    async ({ platform, variant }, { skip }) => {
      const rendering = renderedHere(description(variant), platform, skip)
      const lab = await bootHost(rendering, {
        ...{ ...platform, leases: honest },
        ...(variant.client === undefined ? {} : { client: variant.client }),
      })
      try {
        await resetCounters(lab, links)
        await connectVpn(lab)
        const traffic = await send((command) => lab.netExec(command), streams)
        const routes: string[] = []
        for (const offer of offers) {
          await perform(lab, offer)
          const found = await furtherRoutes(lab)
          routes.push(
            ...found
              .filter((line) => mayHave[platform.stack]?.test(line) !== true)
              .map((line) => `${offer.name}: ${line}`),
          )
        }
        const { inet, inet6 } = await ingressCounts(lab, 'wg0')
        const carried = new Set([...inet.keys(), ...inet6.keys()].map((flow) => Number(flow.split(' ')[0])))
        // The last offer still stands.
        if (variant.isDynamic !== true) await lab.carrier('wg0', false)
        await sleep(2)
        await traffic.end()
        expect({ routes, clear: await inTheClear(lab) }).toEqual({ routes: [], clear: [] })
        expect(
          streams.filter(
            ({ sport, family }) => !carried.has(sport) && !(variant.isDynamic === true && family === 'inet6'),
          ),
        ).toEqual([])
      } finally {
        await lab.close()
      }
    },
  )
})
