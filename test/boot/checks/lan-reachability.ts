// Route of a LAN client to the Internet: through the host, since the peer of a link without gateway is no provider.
import { internet } from '../lab/network/veth-topology.js'
import type { NetworkAccess } from './egress-counters.js'

/** The link of the client, and the host's address on it. */
export type LanClient = { readonly link: string; readonly via: string }

export async function routeInternetVia(host: NetworkAccess, { link, via }: LanClient): Promise<void> {
  const prefix = internet[via.includes(':') ? 1 : 0]
  const deleted = `ip route del local ${prefix} dev lo table local 2>/dev/null`
  const added = `ip route replace ${prefix} via ${via} dev wire`
  const { code, stderr } = await host.peerExec(link, `${deleted}\n${added}`)
  if (code !== 0) throw new Error(`behind ${link}: ${stderr}`)
}
