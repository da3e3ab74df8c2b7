// Whether an address can be a next hop on a link: what the kernel would answer when the route is laid.
import type { Reporter } from '../diagnostics/reporter.js'
import { isLinkLocal, type Address } from '../kernel/address.js'
import { addressProblem, unicastProblem } from './resolve-links.js'
import { isOnLink } from './references.js'
import type { Link } from './network.js'

/** Reports and returns false when the kernel would refuse `via` on `link`. */
export function checkNexthop(via: Address, link: Link, onlink: boolean, reporter: Reporter): boolean {
  const text = via.text
  const plain = unicastProblem(via)
  if (plain !== undefined) {
    reporter.report('nexthop-unusable', { via: text, why: plain })
    return false
  }
  if (link.addresses.some(({ prefix }) => prefix.address.text === text)) {
    reporter.report('nexthop-own-address', { via: text, link: link.name })
    return false
  }
  for (const { prefix } of link.addresses) {
    const why = isOnLink({ ...link, addresses: [{ prefix, path: [] }] }, via)
      ? addressProblem({ ...prefix, address: via })
      : undefined
    // An IPv6 router may well answer for the network's own address: the subnet-router anycast (RFC 4291, 2.6.1).
    if (why !== undefined && via.family === 'inet') {
      reporter.report('nexthop-unusable', { via: text, why })
      return false
    }
  }
  const reachable = onlink || isOnLink(link, via) || (via.family === 'inet6' && isLinkLocal(via))
  const untold =
    link.manage === 'routing' && !link.addresses.some(({ prefix }) => prefix.family === via.family)
  if (!reachable && !untold) {
    reporter.report('nexthop-off-link', { via: text, link: link.name })
    return false
  }
  return true
}
