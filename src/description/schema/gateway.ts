// The grammar of gateways, and of what carries the default route of table main.
import * as z from 'zod/mini'
import { MAX_TABLE } from '../../kernel/table.js'
import { choice, flag, integer } from './primitives.js'
import { listOf, mapping, named, oneOrMany, optional, required, standsAlone } from './collections.js'
import { gatewayName, gatewayNames, linkName } from './names.js'
import { metric, routes, weight } from './route.js'
import { comment } from './text.js'
import { address, addressOr, mark } from './network-values.js'

const via = () =>
  oneOrMany(
    'an address, `lease` or `none`, or a list of addresses and `lease`',
    addressOr(['lease', 'none']),
  ).check(standsAlone('none', 'via'))

const reply = () =>
  oneOrMany(
    '`from`, `to`, `none`, or a list of `from` and `to`',
    choice('reply', ['from', 'to', 'none']),
  ).check(standsAlone('none', 'reply'))

const gateway = () =>
  mapping('a gateway as a mapping', {
    link: required(linkName(), 'The link it is reached by.'),
    via: optional(
      via(),
      'Its next hop, one address for each family; `lease`: as DHCP and router advertisements tell it, beside an address for the other family; `none`: the link itself (PPP, tun, WireGuard). Without it the table has no default route (a storage network).',
    ),
    addresses: optional(
      listOf('a list of addresses', address()),
      "Those of the link's addresses that are this gateway's. Default: those whose prefix holds its next hop.",
    ),
    onlink: optional(flag(), 'The next hop is outside the prefixes of the link. Default: false.'),
    table: optional(
      integer('table', 1, MAX_TABLE),
      'Number of its table. Default: the next free one from 101.',
    ),
    reply: optional(
      reply(),
      'Rules for each of its addresses: `from` so that replies leave where requests came in, `to` for local look-ups, `none`. Default: from.',
    ),
    fwmark: optional(
      mark(),
      'Packets with this mark leave by this gateway: VALUE/MASK. Without a mask the whole mark counts.',
    ),
    'fail-closed': optional(
      flag(),
      'What belongs to this gateway never leaks to another: its table ends with `unreachable`, in both families. Default: false.',
    ),
    routes: optional(routes(), 'Further routes of its table.'),
    metric: optional(
      metric(),
      'Of its default route in main. Default: 100, 200, … in the order of `default`.',
    ),
    connected: optional(
      listOf('a list of links', linkName()),
      "Links whose prefixes its table carries. Default: its own, then each that is no gateway's.",
    ),
    comment: optional(comment(), 'Carried into the plan and every file.'),
  })

export const gateways = () => named('a mapping of names to gateways', gatewayNames, gateway())

export const defaultRoute = () =>
  z.union(
    [
      gatewayName(),
      mapping('`failover` as a mapping', {
        failover: required(listOf('a list of gateways', gatewayName()), 'The first that works carries it.'),
      }),
      mapping('`balance` as a mapping', {
        balance: required(
          named('a mapping of gateways to weights', gatewayNames, weight()),
          'All of them carry it, each its share.',
        ),
      }),
    ],
    { error: 'the name of a gateway, `none`, `{failover: [NAMES]}` or `{balance: {NAME: WEIGHT}}`' },
  )
