// Schema of routes: in main, of a gateway, of a table.
import { routeTypes } from '../../kernel/route-type.js'
import { choice, flag, integer } from './primitives.js'
import { listOf, mapping, optional, required } from './collections.js'
import { linkName } from './names.js'
import { comment } from './text.js'
import { address, destination } from './network-values.js'

/** RTA_PRIORITY goes on to 4294967295, but netplan prints what does not fit a signed int as a negative number. */
const MAX_METRIC = 2147483646

export const metric = () => integer('metric', 0, MAX_METRIC)
/** IPv4's least is 68 (RFC 791); 65535 is the length of the largest packet. */
export const mtu = () => integer('mtu', 68, 65535)
/** rtnh_hops is one byte and counts from 0. */
export const weight = () => integer('weight', 1, 256)

const nexthop = () =>
  mapping('a next hop as a mapping', {
    via: optional(address(), 'The router. Without it the destination is on the link itself.'),
    link: optional(linkName(), 'The link. Default: the one whose prefix has `via`.'),
    weight: optional(weight(), 'Weight of this next hop. Default: 1.'),
    onlink: optional(flag(), 'Accept the next hop although it is in no prefix of the link. Default: false.'),
  })

const route = () =>
  mapping('a route as a mapping', {
    to: required(
      destination(),
      'The destination: a prefix, or `default` (both families unless `via` or `src` has one).',
      '10.1.0.0/16',
    ),
    via: optional(address(), 'The next hop.'),
    link: optional(linkName(), "The link. Default: the gateway's, or the one whose prefix has `via`."),
    src: optional(address(), 'Source address of locally generated packets on this route.'),
    metric: optional(metric(), 'Of two routes to one destination the lower metric wins.'),
    onlink: optional(flag(), 'Accept the next hop although it is in no prefix of the link. Default: false.'),
    type: optional(choice('type of route', routeTypes), 'What happens to the packet. Default: unicast.'),
    mtu: optional(mtu(), 'Largest packet on this route. Default: that of the link.'),
    nexthops: optional(
      listOf('a list of next hops', nexthop()),
      'Several next hops at once, instead of `via` and `link`.',
    ),
    comment: optional(comment(), 'Written to the plan and every file.'),
  })

export const routes = () => listOf('a list of routes', route())
