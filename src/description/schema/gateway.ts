// Schema of gateways and of `default`.
import { MAX_TABLE } from '../../kernel/table.js'
import { choice, flag, integer } from './primitives.js'
import {
  anyListOf,
  checked,
  listOf,
  mapping,
  named,
  oneOrMany,
  optional,
  required,
  standsAlone,
  union,
} from './collections.js'
import { gatewayName, gatewayNames, linkName } from './names.js'
import { metric, routes, weight } from './route.js'
import { comment } from './text.js'
import { address, addressOr, mark } from './network-values.js'

const via = () =>
  checked(
    oneOrMany(
      'an address, `lease` or `none`, or a list of addresses and `lease`',
      addressOr(['lease', 'none']),
    ),
    standsAlone('none', 'via'),
  )

const reply = () =>
  checked(
    oneOrMany('`from`, `to`, `none`, or a list of `from` and `to`', choice('reply', ['from', 'to', 'none'])),
    standsAlone('none', 'reply'),
  )

const gateway = () =>
  mapping('a gateway as a mapping', {
    link: required(linkName(), 'The link that it is reached through.', 'eth0'),
    via: optional(
      via(),
      'Its next hop, one address for each family; `lease`: the router of DHCP or of router advertisements, also beside an address of the other family; `none`: the link itself (PPP, tun, WireGuard). Without it the table has no default route (a storage network).',
    ),
    'lease-routes': optional(
      flag(),
      'Routes of its lease beyond the default route (DHCP options 33, 121 and 249, route information of router advertisements) go into its table, and into main if its default route is there. Default: false.',
    ),
    addresses: optional(
      listOf('a list of addresses', address()),
      'The addresses of the link that belong to this gateway. Default: those whose prefix has its next hop.',
    ),
    onlink: optional(flag(), 'The next hop is outside of the prefixes of the link. Default: false.'),
    table: optional(
      integer('table', 1, MAX_TABLE),
      'Number of its table. Default: the next free one from 101.',
    ),
    reply: optional(
      reply(),
      'Rules for each of its addresses: `from`, so that replies leave where requests arrive; `to`, for local lookups; `none`. Default: from.',
    ),
    fwmark: optional(
      mark(),
      'Packets with this mark leave by this gateway: VALUE/MASK. Without a mask the whole mark counts.',
    ),
    'fail-closed': optional(
      flag(),
      'Packets of this gateway never leave by another one: its table ends with `unreachable`, in both families. Default: false.',
    ),
    routes: optional(routes(), 'Further routes of its table.'),
    metric: optional(
      metric(),
      'Metric of its default route in main. Default: 100, 200, … in the order of `default`.',
    ),
    connected: optional(
      anyListOf('a list of links', linkName()),
      'Links whose prefixes are in its table; `[]`: none. Default: its own, then each link without a gateway.',
    ),
    comment: optional(comment(), 'Written to the plan and every file.'),
  })

export const gateways = () => named('a mapping of names to gateways', gatewayNames, gateway())

export const defaultRoute = () =>
  union('the name of a gateway, `none`, `{failover: [NAMES]}` or `{balance: {NAME: WEIGHT}}`', [
    gatewayName(),
    mapping('`failover` as a mapping', {
      failover: required(
        listOf('a list of gateways', gatewayName()),
        'The gateways in order of preference: the first that works has the default route.',
        ['fiber', 'cable'],
      ),
    }),
    mapping('`balance` as a mapping', {
      balance: required(
        named('a mapping of gateways to weights', gatewayNames, weight()),
        'The gateways that share the default route, with their weights.',
        { fiber: 2, cable: 1 },
      ),
    }),
  ])
