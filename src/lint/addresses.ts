// Replies that leave by another gateway than the one that their request came in by.
import type { Reporter } from '../diagnostics/reporter.js'
import { containsAddress, type Prefix } from '../kernel/prefix.js'
import type { Answer, Packet } from '../lookup/lookup.js'
import { gatewayOf } from '../plan/gateway-of.js'
import type { PlannedGateway, PlannedLink } from '../plan/plan.js'
import { exampleOf } from './example.js'
import type { Host } from './host.js'
import type { Findings } from './rules.js'

export function checkAddresses(host: Host, reporter: Reporter, findings: Findings): void {
  const gatewaysOfLink = new Map<string, PlannedGateway[]>()
  for (const gateway of host.plan.gateways) {
    const others = gatewaysOfLink.get(gateway.link)
    if (others === undefined) gatewaysOfLink.set(gateway.link, [gateway])
    else others.push(gateway)
  }
  const marks = new Map(host.plan.marks.map(({ link, fwmark }) => [link, fwmark.value]))
  for (const link of host.plan.links) {
    // Where connections are marked, an answer bears the mark of the gateway that its request came in by.
    const mark = marks.get(link.name)
    const gateways = gatewaysOfLink.get(link.name) ?? []
    for (const [index, prefix] of link.addresses.entries()) {
      const { family, address } = prefix
      if (gateways.length === 0 || host.standIns.names.has(address.text)) continue
      const packet: Packet = {
        family,
        src: address,
        dst: host.outside(family),
        ...(mark === undefined ? {} : { mark }),
      }
      const answer = host.ask(packet)
      const owner = gateways.find(({ addresses }) =>
        addresses.some(({ address: own }) => own.text === address.text),
      )
      const example = () => exampleOf(host, packet, answer)
      if (owner === undefined) {
        if (!isElsewhere(answer, link, prefix, gateways)) continue
        reporter
          .at(...link.origin.path, 'addresses', index)
          .report('address-unclaimed', { address: address.text, link: link.name }, { example: example() })
      } else if (
        owner.ways.length > 0 &&
        !leavesBy(host, owner, packet, answer) &&
        !isShadowTold(host, findings, owner, prefix)
      ) {
        reporter
          .at(...owner.origin.path)
          .report(
            'reply-asymmetric',
            { gateway: owner.name, address: address.text },
            { on: 'key', example: example() },
          )
      }
    }
  }
}

/** Whether the rule that was to answer from the address is told as one that can never match. */
const isShadowTold = (
  { rulesOfTable }: Host,
  findings: Findings,
  { table }: PlannedGateway,
  { address }: Prefix,
): boolean =>
  (rulesOfTable.get(table) ?? []).some(
    (rule) =>
      rule.selector.from !== undefined &&
      containsAddress(rule.selector.from, address) &&
      findings.get(rule)?.kind === 'shadowed',
  )

function leavesBy({ plan }: Host, owner: PlannedGateway, { family }: Packet, answer: Answer): boolean {
  // Refused by somebody’s will, and no provider gets to see it.
  if (answer.kind === 'reject') return true
  return (
    answer.kind === 'route' &&
    answer.nexthops.every((nexthop) => {
      const gateway = gatewayOf(plan, family, answer.table, nexthop)
      return gateway === undefined
        ? nexthop.dev === owner.link
        : gateway === owner || isSameWay(gateway, owner, family)
    })
  )
}

/** Two names for one way out. */
const isSameWay = (a: PlannedGateway, b: PlannedGateway, family: Packet['family']): boolean => {
  const viaOf = ({ ways }: PlannedGateway) => ways.find((way) => way.family === family)
  return a.link === b.link && viaOf(a)?.via?.text === viaOf(b)?.via?.text && viaOf(a)?.kind === viaOf(b)?.kind
}

/** Of an address that no gateway took: it leaves over another link, or by a router that its network does not have. */
function isElsewhere(
  answer: Answer,
  { name }: PlannedLink,
  prefix: Prefix,
  gateways: readonly PlannedGateway[],
): boolean {
  // A rule from this address is somebody’s will.
  if (answer.kind !== 'route' || answer.rule.selector.from !== undefined) return false
  const isShared = gateways.filter(({ ways }) => ways.some((way) => way.family === prefix.family)).length > 1
  return answer.nexthops.some(
    ({ dev, via }) => dev !== name || (isShared && via !== undefined && !containsAddress(prefix, via)),
  )
}
