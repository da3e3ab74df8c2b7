// Check of a next hop on a link: what the kernel answers when the route is added.
import type { Reporter } from '../diagnostics/reporter.js'
import { isLinkLocal, type Address } from '../kernel/address.js'
import { containsAddress, formatPrefix, networkOf } from '../kernel/prefix.js'
import { boundaryOf, unicastProblem } from './resolve-links.js'
import { isOnLink } from './references.js'
import type { Link } from './network.js'

/** Reports and returns false if the kernel rejects `via` on `link`. */
export function checkNexthop(via: Address, link: Link, onlink: boolean, reporter: Reporter): boolean {
  const text = via.text
  const plain = unicastProblem(via)
  if (plain !== undefined) {
    reporter.report('nexthop-unusable', { via: text, why: plain })
    return false
  }
  if (reporter.isBroken('links', link.name)) return true
  if (link.addresses.some(({ prefix }) => prefix.address.text === text)) {
    reporter.report('nexthop-own-address', { via: text, link: link.name })
    return false
  }
  for (const { prefix } of link.addresses) {
    // An IPv6 router may have the network's own address: the subnet-router anycast address (RFC 4291, 2.6.1).
    if (via.family === 'inet6' || !containsAddress(prefix, via)) continue
    const boundary = boundaryOf({ ...prefix, address: via })
    if (boundary !== undefined) {
      const why = `it is the ${boundary} address of ${formatPrefix(networkOf(prefix))}`
      reporter.report('nexthop-unusable', { via: text, why })
      return false
    }
  }
  const reachable = onlink || isOnLink(link, via) || (via.family === 'inet6' && isLinkLocal(via))
  const isDynamic =
    link.manage === 'routing' && !link.addresses.some(({ prefix }) => prefix.family === via.family)
  if (!reachable && !isDynamic) {
    reporter.report('nexthop-off-link', { via: text, link: link.name })
    return false
  }
  return true
}
