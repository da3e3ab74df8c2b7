// Schema of rules.
import { MAX_PREFERENCE } from '../../kernel/preference.js'
import type { SelectorName } from '../../kernel/selectors.js'
import { MAX_TABLE } from '../../kernel/table.js'
import { fail, choice, flag, ok, integer, scalar, wrongType } from './primitives.js'
import { listOf, mapping, oneOrMany, optional } from './collections.js'
import { gatewayName, linkName, readName, ruleName } from './names.js'
import { comment } from './text.js'
import { dscp, ipProtocol, mark, portRange, prefixOrLink, tos, uidRange } from './network-values.js'

/** The kernel's own priorities, 0 and from 32766, get a diagnostic of their own where rules are numbered. */
const priority = (what: string) =>
  scalar<number>({ type: 'integer', minimum: 1, maximum: MAX_PREFERENCE }, (value) => {
    const expected = `a whole number from 1 to ${MAX_PREFERENCE}`
    if (typeof value !== 'number') return wrongType('number', expected, value)
    if (Number.isInteger(value) && value >= 0 && value <= 0xffffffff) return ok(value)
    return fail('number-out-of-range', { what, value, min: 1, max: MAX_PREFERENCE })
  })

const tableReference = () => {
  const shape = {
    anyOf: [
      { type: 'integer', minimum: 1, maximum: MAX_TABLE },
      { type: 'string', pattern: '^[a-z][a-z0-9-]*$' },
    ],
  }
  return scalar<string | number>(shape, (value) => {
    if (typeof value === 'string')
      return /^\d+$/.test(value)
        ? wrongType('number', 'the name or number of a table', value)
        : readName('table')(value)
    if (typeof value !== 'number') return wrongType('other', 'the name or number of a table', value)
    if (Number.isInteger(value) && value >= 0 && value <= MAX_TABLE) return ok(value)
    return fail('number-out-of-range', { what: 'table', value, min: 1, max: MAX_TABLE })
  })
}

const reject = (what: string) => choice(what, ['unreachable', 'prohibit', 'blackhole'])
const linkNames = () => oneOrMany('the name of a link, or a list of such', linkName())
const prefixes = () => oneOrMany('a prefix, an address or a link, or a list of such', prefixOrLink())
const ports = (what: string) => oneOrMany('a port, FROM-TO, or a list of such', portRange(what))

const selectors = () =>
  ({
    from: optional(prefixes(), 'Source: a prefix, an address, or a link for the prefixes of its addresses.'),
    to: optional(prefixes(), 'Destination, as `from`.'),
    iif: optional(linkNames(), 'Link that the packet arrives on; `lo` for locally generated packets.'),
    oif: optional(linkNames(), 'Link that the socket is bound to.'),
    fwmark: optional(oneOrMany('a mark, or a list of such', mark()), 'Mark: VALUE/MASK.'),
    tos: optional(
      oneOrMany('a number from 0 to 255, or a list of such', tos()),
      'Type of service: bits of 0x1c for IPv4, of 0xfc for IPv6.',
    ),
    ipproto: optional(
      oneOrMany('a protocol, or a list of such', ipProtocol()),
      'Transport protocol, by name or number.',
    ),
    sport: optional(ports('sport'), 'Source port, or FROM-TO.'),
    dport: optional(ports('dport'), 'Destination port, or FROM-TO.'),
    uidrange: optional(
      oneOrMany('a uid, FROM-TO, or a list of such', uidRange()),
      'User that owns the socket, or FROM-TO.',
    ),
    dscp: optional(
      oneOrMany('a DSCP, or a list of such', dscp()),
      'Differentiated services code point: 0 to 63, or a name such as `ef`, `cs5`, `af41`. Not together with `tos`.',
    ),
  }) satisfies Record<SelectorName, unknown>

const rule = () =>
  mapping('a rule as a mapping', {
    name: optional(
      ruleName(),
      'Name of the rule in comments and messages: `rule NAME`. Default: its position in the list, `rule 3`.',
    ),
    ...selectors(),
    not: optional(flag(), 'Match each packet that does not match all selectors together. Default: false.'),
    family: optional(
      choice('family', ['ipv4', 'ipv6']),
      'The only family. Default: that of its prefixes, else both.',
    ),
    gateway: optional(gatewayName(), 'Action: look up the table of this gateway.'),
    table: optional(tableReference(), 'Action: look up this table: main, a name, or a number.'),
    action: optional(reject('action'), 'Action: reject the packet, with or without an answer.'),
    goto: optional(priority('goto'), 'Action: continue at the rule with this priority.'),
    'suppress-prefixlength': optional(
      integer('suppress-prefixlength', 0, 128),
      'With a lookup: ignore routes whose prefix has at most this length. 0 ignores default routes.',
    ),
    else: optional(
      reject('action'),
      'With a lookup: what happens if the table has no route. Default: the next rule is evaluated.',
    ),
    priority: optional(priority('priority'), 'Priority of the rule. Default: automatic, in file order.'),
    comment: optional(comment(), 'Written to the plan and every file.'),
  })

export const rules = () => listOf('a list of rules', rule())
