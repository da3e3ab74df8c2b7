// Packets that arrive at each peer: its nftables counts them by port.
import { families } from '../../../src/kernel/family.js'
import type { Family } from '../../../src/kernel/family.js'
import { asArray } from '../lab/state/read-kernel-state.js'
import type { NetworkAccess } from './egress-counters.js'
import { internet } from '../lab/network/veth-topology.js'

/** Packets of each flow: `SPORT DPORT` → count. */
export type Flows = ReadonlyMap<string, number>
export type IngressCounts = Readonly<Record<Family, Flows>>

const table = 'inet multihome-arrivals'
const nftFamily = { inet: 'ip', inet6: 'ip6' } as const

/** Counted packets are dropped: no program listens, and their ICMP errors must not compete with expected replies. */
const ruleset = [
  `table ${table} {`,
  ...families.map(
    (family) => `set of-${family} { typeof udp sport . udp dport; size 65535; flags dynamic; counter; }`,
  ),
  'chain arrivals {',
  'type filter hook prerouting priority -400;',
  ...families.map((family, n) => {
    const match = `${nftFamily[family]} daddr ${internet[n] ?? ''} udp dport 1024-65535`
    return `${match} update @of-${family} { udp sport . udp dport } drop`
  }),
  '}',
  '}',
].join('\n')

async function runAtPeer(host: NetworkAccess, link: string, command: string): Promise<string> {
  const { code, stdout, stderr } = await host.peerExec(link, command)
  if (code !== 0) throw new Error(`at the peer of ${link}: ${stderr}`)
  return stdout
}

/** Starts to count at each of these peers (one link each), from zero. */
export async function resetCounters(host: NetworkAccess, links: readonly string[]): Promise<void> {
  const command = `nft -f - <<'END'\ntable ${table}\ndelete table ${table}\n${ruleset}\nEND`
  await Promise.all(links.map((link) => runAtPeer(host, link, command)))
}

export async function ingressCounts(host: NetworkAccess, link: string): Promise<IngressCounts> {
  const { nftables } = JSON.parse(await runAtPeer(host, link, `nft -j list table ${table}`)) as {
    readonly nftables: unknown
  }
  const sets = asArray(nftables).flatMap(({ set }) => (set === undefined ? [] : [set as SetOfFlows]))
  const flowsOf = (family: Family): Flows =>
    new Map(
      (sets.find(({ name }) => name === `of-${family}`)?.elem ?? []).map(({ elem }) => [
        elem.val.concat.join(' '),
        elem.counter.packets,
      ]),
    )
  return { inet: flowsOf('inet'), inet6: flowsOf('inet6') }
}

type SetOfFlows = {
  readonly name: string
  readonly elem?: readonly {
    readonly elem: {
      readonly val: { readonly concat: readonly number[] }
      readonly counter: { readonly packets: number }
    }
  }[]
}
