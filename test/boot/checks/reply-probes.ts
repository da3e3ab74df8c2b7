// Expected egress links of replies: from the promises of the description, otherwise from the lookup.
import { decode } from '../../../src/description/decode.js'
import { createReporter } from '../../../src/diagnostics/reporter.js'
import { isSameAddress, parseAddress } from '../../../src/kernel/address.js'
import type { Address } from '../../../src/kernel/address.js'
import type { LinkName } from '../../../src/kernel/link.js'
import { containsAddress, parsePrefix } from '../../../src/kernel/prefix.js'
import type { Prefix } from '../../../src/kernel/prefix.js'
import type { Network } from '../../../src/network/network.js'
import { resolve } from '../../../src/network/resolve.js'
import { createFib } from '../../../src/lookup/fib.js'
import type { Fib } from '../../../src/lookup/fib.js'
import { lookupIn } from '../../../src/lookup/lookup.js'
import type { KernelPlan } from '../../../src/plan/plan.js'
import { parseYaml } from '../../../src/yaml/source.js'
import { neighboursOf } from '../host/neighbours.js'
import { isReachedThrough } from '../lab/network/veth-topology.js'

export const protocols = ['ping', 'tcp'] as const
export type Protocol = (typeof protocols)[number]

/** A port for which no fixture has a rule, so that replies from it follow the ordinary path. */
export const port = 8077

/** One address of the host, contacted over its own link by one client. */
export type Probe = {
  readonly link: LinkName
  /** Index of the peer behind the link in `neighboursOf`. */
  readonly peer: number
  readonly host: Address
  readonly client: Address
  /** A neighbour is in the address's own network; a stranger is in the Internet. */
  readonly from: 'neighbour' | 'stranger'
  /** The gateway that promises the reply. */
  readonly promisedBy?: string
  /** The possible links of the reply. None: the host does not reply. */
  readonly out: Readonly<Record<Protocol, readonly string[]>>
  /** Links that end at the client: a reply by one of them reaches it. */
  readonly wire: readonly string[]
}

export function networkOf(text: string): Network {
  const reporter = createReporter()
  const description = decode(parseYaml(text, 'description.yaml'), reporter)
  const network = description === undefined ? undefined : resolve(description, reporter)
  if (network === undefined) throw new Error('no network: the description is wrong')
  return network
}

/**
 * A listener outside of a VRF gets no connections from within it (tcp_l3mdev_accept), so members of VRFs have no
 * probe. Each stranger is a separate client, so that observed packets belong to one probe.
 */
export function probesOf(network: Network, plan: KernelPlan): readonly Probe[] {
  const fib = createFib(plan)
  let strangers = 0
  return neighboursOf(plan).flatMap((behind, peer) =>
    plan.state.links
      .filter(({ name, master }) => isReachedThrough(behind, name) && master?.kind !== 'vrf')
      .flatMap((link) => link.addresses.map((own) => ({ link: link.name, own })))
      .flatMap(({ link, own }): Probe[] => {
        const common = {
          link,
          peer,
          host: own.address,
          wire: [...behind.links, ...(behind.upperLinks ?? [])],
        }
        const client = stranger(own, (strangers += 1))
        const promisedBy = promisingGateway(network, link, own.address)
        const lookupResult = answerOf(fib, { ...common, client })
        const neighbour = [...behind.addresses, ...(behind.tagged ?? []).flatMap((one) => one.addresses)]
          .flatMap((text) => parsePrefix(text) ?? [])
          .find((other) => containsAddress(own, other.address) && containsAddress(other, own.address))
        return [
          promisedBy === undefined
            ? { ...common, client, from: 'stranger', out: lookupResult }
            : { ...common, client, from: 'stranger', promisedBy, out: { ping: [link], tcp: [link] } },
          ...(neighbour === undefined ? [] : [neighbourProbe(fib, { ...common, client: neighbour.address })]),
        ]
      }),
  )
}

type ProbeTarget = Pick<Probe, 'link' | 'peer' | 'host' | 'client' | 'wire'>

const neighbourProbe = (fib: Fib, target: ProbeTarget): Probe => ({
  ...target,
  from: 'neighbour',
  out: answerOf(fib, target),
})

/** An address in `internet` of lab/network/veth-topology.ts, for which every peer answers. */
function stranger({ family }: Prefix, number: number): Address {
  const text = family === 'inet' ? `198.18.${number}.77` : `2001:2:0:${number.toString(16)}::77`
  const address = parseAddress(text)
  if (address === undefined) throw new Error(`no address ${text}`)
  return address
}

/** The gateway on that link with `reply: [from]` and a next hop that has claimed the address. */
function promisingGateway(network: Network, link: LinkName, host: Address): string | undefined {
  return network.gateways.find(
    (gateway) =>
      gateway.link === link &&
      gateway.reply.includes('from') &&
      gateway.nexthops.some(({ family }) => family === host.family) &&
      gateway.addresses.some(({ prefix }) => isSameAddress(prefix.address, host)),
  )?.name
}

/** An ephemeral port, for which no fixture has a rule either. */
const clientPort = 40_000

/** The links by which the host replies, by a lookup in its plan. */
export function answerOf(
  fib: Fib,
  { link, host, client }: Pick<Probe, 'link' | 'host' | 'client'>,
): Probe['out'] {
  const { family } = host
  const packet = { family, src: host, dst: client }
  const out = (answer: ReturnType<typeof lookupIn>): readonly string[] =>
    answer.kind === 'route' ? answer.nexthops.map(({ dev }) => dev) : []
  // icmpv6_echo_reply() looks up with the ingress link as `oif`; icmp_reply() and TCP do not.
  const icmp = family === 'inet' ? { ipproto: 1 } : { ipproto: 58, oif: link }
  return {
    ping: out(lookupIn(fib, { ...packet, ...icmp })),
    tcp: out(lookupIn(fib, { ...packet, ipproto: 6, sport: port, dport: clientPort })),
  }
}
