// Strict reverse-path filters that drop replies: fib_validate_source().
import type { Reporter } from '../diagnostics/reporter.js'
import { groupPairs } from '../stdlib/group-by.js'
import type { LinkName } from '../kernel/link.js'
import { isHostPrefix, networkOf } from '../kernel/prefix.js'
import type { Packet } from '../lookup/lookup.js'
import type { PlannedLink } from '../plan/plan.js'
import { formatAnswer, formatPacket } from './example.js'
import type { LintContext } from './context.js'
import { hostsIn, packetsOf } from './sample-packets.js'
import { sysctlsOf } from './sysctls.js'

interface Arrival {
  readonly packet: Packet
  /** The packet that the filter looks up. */
  readonly back: Packet
}

/** Reports each link once, with the first packet that its filter drops. */
export function checkReversePath(host: LintContext, reporter: Reporter): void {
  const { larger, find, either } = sysctlsOf(host.plan)
  const strict = host.plan.state.links.filter(({ name }) => larger(name, 'rp_filter') === 1)
  if (strict.length === 0) return
  const answers = answersByLink(host, new Set(strict.map(({ name }) => name)), (link) =>
    either(link, 'src_valid_mark'),
  )
  for (const link of strict) {
    const sysctl = find(link.name, 'rp_filter') ?? find('all', 'rp_filter')
    const arrivals = [...requestsTo(host, link), ...(answers.get(link.name) ?? [])]
    const dropped = arrivals.find(({ back }) => !leadsBackBy(host, back, link.name))
    if (sysctl === undefined || dropped === undefined) continue
    const { packet, back } = dropped
    const way = `${formatPacket(host, back)}, ${formatAnswer(host, back, host.lookup(back))}`
    reporter
      .at(...sysctl.origin.path)
      .report(
        'rp-filter-drops',
        { link: link.name },
        { example: `${formatPacket(host, packet)} is dropped, since the reverse path, ${way}` },
      )
  }
}

/** fib_info_nh_uses_dev(): any of several next hops suffices. */
function leadsBackBy(host: LintContext, back: Packet, link: LinkName): boolean {
  const answer = host.lookup(back)
  return answer.kind === 'route' && answer.nexthops.some(({ dev }) => dev === link)
}

/** Requests to the addresses of the link: from a remote address on a gateway's link, else from a neighbour. */
function requestsTo(host: LintContext, { name, addresses }: PlannedLink): readonly Arrival[] {
  const isUplink = host.plan.intent.gateways.some(
    ({ link, nexthops }) => link === name && nexthops.some(({ family }) => family === 'inet'),
  )
  return addresses
    .filter(({ family }) => family === 'inet')
    .flatMap((prefix) => {
      const near = isHostPrefix(prefix) ? [] : hostsIn(host, networkOf(prefix)).slice(0, 1)
      return (isUplink ? [host.remoteAddress('inet')] : near).map((remote) => ({
        packet: { family: 'inet' as const, src: remote, dst: prefix.address, iif: name },
        back: { family: 'inet' as const, src: prefix.address, dst: remote },
      }))
    })
}

/**
 * Replies to packets that the rules forward over each of the links. They may have the mark of their connection, which
 * counts if src_valid_mark is set. NAT restores the address of the inner host before routing.
 */
function answersByLink(
  host: LintContext,
  links: ReadonlySet<LinkName>,
  isMarkValid: (link: LinkName) => boolean,
): ReadonlyMap<LinkName, readonly Arrival[]> {
  const answers: [LinkName, Arrival][] = []
  for (const rule of host.plan.state.rules) {
    if (rule.family !== 'inet' || rule.action.type !== 'lookup') continue
    for (const { mark, uid: _uid, ...sent } of packetsOf(host, 'inet', rule.selector)) {
      const { src, dst, iif, sport, dport, ipproto } = sent
      if (iif === undefined || src === undefined || links.has(iif)) continue
      const marked = mark === undefined ? {} : { mark }
      const answer = host.lookup({ ...sent, ...marked })
      const [nexthop] = answer.kind === 'route' ? answer.nexthops : []
      if (nexthop === undefined || !links.has(nexthop.dev)) continue
      const { dev } = nexthop
      const arrival: Arrival = {
        packet: {
          family: 'inet',
          src: dst,
          dst: src,
          iif: dev,
          ipproto,
          sport: dport,
          dport: sport,
        },
        back: { ...sent, ...(isMarkValid(dev) ? marked : {}) },
      }
      answers.push([dev, arrival])
      break
    }
  }
  return groupPairs(answers)
}
