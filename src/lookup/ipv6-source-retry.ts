// Second IPv6 lookup after source selection, for rejected packets of sockets without a source.
import { isLinkLocal, type Address } from '../kernel/address.js'
import type { Fib } from './fib.js'
import { isLocallyGenerated } from '../kernel/packet.js'
import { traceIn, type Trace } from './trace.js'

export interface SourceRetry {
  /** A source that the kernel may select (RFC 6724). */
  readonly src: Address
  readonly trace: Trace
}

/**
 * ip6_dst_lookup_tail(): "pretend it never existed and let the SA enabled version take over". `ip route get` does not
 * show it. Only addresses in the VRF of the socket are candidates, or outside of VRFs (ip6_route_get_saddr). Empty if the
 * first answer is final.
 */
export function retryWithSource(fib: Fib, { packet, answer }: Trace): readonly SourceRetry[] {
  if (packet.family !== 'inet6' || packet.src !== undefined || !isLocallyGenerated(packet)) return []
  if (answer.kind !== 'reject' && answer.kind !== 'none') return []
  const { vrfs } = fib.inet6
  const vrf = packet.oif === undefined ? undefined : vrfs.get(packet.oif)
  return fib.plan.state.links
    .filter(({ name }) => vrfs.get(name) === vrf)
    .flatMap(({ addresses }) => addresses.map(({ address }) => address))
    .filter((src) => src.family === 'inet6' && !isLinkLocal(src))
    .map((src) => ({ src, trace: traceIn(fib, { ...packet, src }) }))
}
