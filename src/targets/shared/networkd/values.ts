// Validation for networkd: values for which it would ignore the whole section, or fail the link.
import { isMultipath } from '../../../plan/route.js'
import type { Path } from '../../../diagnostics/diagnostic.js'
import { familyName } from '../../../kernel/family.js'
import type { KernelPlan, Nexthop, Origin, PlannedLink, Route, Rule } from '../../../plan/plan.js'
import { leaseOf } from '../lease/settings.js'
import { USE_ADVERTISED_GATEWAY } from './lease.js'
import { refuseValue } from '../../refuse.js'
import type { RenderContext } from '../../target.js'
import { isAtLeast } from '../../version.js'

/** The protocols that networkd knows by number, its list being made from netinet/in.h: with another it drops the rule. */
const PROTOCOLS = [
  1, 2, 4, 6, 8, 12, 17, 22, 29, 33, 41, 43, 44, 46, 47, 50, 51, 58, 59, 60, 92, 94, 98, 103, 108, 132, 135,
  136, 137, 255,
]
const LATER_PROTOCOLS: ReadonlyMap<number, string> = new Map([
  [143, '252'],
  [115, '257'],
])

/** networkd's oldest version that was tried; below, keys go missing one after the other. */
export const OLDEST_SYSTEMD = '247'

interface Refusal {
  readonly origin: Origin
  /** Below the origin's path. */
  readonly key?: Path
  readonly what: string
  readonly reason: string
  readonly dependsOn?: readonly Path[]
}

export function refuseValues(
  plan: KernelPlan,
  systemd: string,
  target: string,
  context: RenderContext,
): void {
  const refusals = [
    ...plan.state.routes.flatMap(routeRefusals),
    ...plan.state.rules.flatMap((rule) => ruleRefusals(rule, systemd)),
    ...plan.state.links.flatMap(linkRefusals),
    ...plan.state.links.flatMap((link) => leaseRefusals(link, plan, systemd)),
  ]
  for (const { origin, key = [], what, reason, dependsOn } of refusals)
    refuseValue(context.reporter.about(origin).at(...key), target, what, reason, { dependsOn })
}

function routeRefusals(route: Route): readonly Refusal[] {
  if (!isMultipath(route)) return []
  const { origin, nexthops, family } = route
  const first = (
    isRefused: (hop: Nexthop) => boolean,
    what: (hop: Nexthop) => string,
    reason: string,
  ): readonly Refusal[] =>
    nexthops
      .filter(isRefused)
      .slice(0, 1)
      .map((hop) => ({ origin, what: what(hop), reason }))
  return [
    ...first(
      ({ onlink }) => onlink === true,
      ({ dev }) => `an onlink next hop on ${dev} in a multipath route`,
      'MultiPathRoute= has no syntax for it, and GatewayOnLink= does not apply to it',
    ),
    ...first(
      ({ via }) => via === undefined,
      ({ dev }) => `${dev} without next hop address in a multipath route`,
      'MultiPathRoute= requires a gateway’s address',
    ),
    ...first(
      ({ via }) => via !== undefined && via.family !== family,
      ({ via }) => `the next hop ${via?.text ?? ''} in a multipath route of ${familyName(family)}`,
      'MultiPathRoute= accepts only addresses of the route’s family',
    ),
  ]
}

function ruleRefusals({ selector, origin }: Rule, systemd: string): readonly Refusal[] {
  const { ipproto } = selector
  if (ipproto === undefined || PROTOCOLS.includes(ipproto)) return []
  const since = LATER_PROTOCOLS.get(ipproto)
  if (since !== undefined && isAtLeast(systemd, since)) return []
  const reason =
    since === undefined
      ? 'IPProtocol= accepts only protocols that the C library has a name for, and networkd ignores the rule'
      : `IPProtocol= accepts it since systemd ${since}`
  return [{ origin, key: ['ipproto'], what: `ipproto ${ipproto}`, reason }]
}

const linkRefusals = (link: PlannedLink): readonly Refusal[] =>
  link.nameservers.search
    .filter((domain) => !/^~?[\p{L}\p{N}._-]+$/u.test(domain))
    .map((domain) => ({
      origin: link.origin,
      key: ['nameservers', 'search'],
      what: `the search domain ${JSON.stringify(domain)}`,
      reason: 'it is not the name of a domain',
    }))

function leaseRefusals(link: PlannedLink, plan: KernelPlan, systemd: string): readonly Refusal[] {
  const lease = leaseOf(plan, link)
  if (lease?.acceptRa !== true || lease.inet6.kind !== 'none' || isAtLeast(systemd, USE_ADVERTISED_GATEWAY))
    return []
  return [
    {
      origin: link.origin,
      key: ['accept-ra'],
      what: 'a router advertisement without its router',
      reason: `systemd ${systemd} always installs its default route, which \`UseGateway=\` prevents since ${USE_ADVERTISED_GATEWAY}; here a gateway with \`via: lease\` must use it`,
      dependsOn: [['gateways']],
    },
  ]
}
