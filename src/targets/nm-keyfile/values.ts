// Validation of routes: values that a profile cannot have although it has the kind of route.
import type { LinkName } from '../../kernel/link.js'
import { formatPrefix } from '../../kernel/prefix.js'
import type { PlannedLink, Route } from '../../plan/plan.js'
import { hasMethod } from '../shared/networkmanager/keyfile.js'
import { refuseValue } from '../refuse.js'
import type { RenderContext } from '../target.js'

export function refuseRoutes(
  routes: readonly Route[],
  links: readonly PlannedLink[],
  target: string,
  context: RenderContext,
): void {
  const addressless = new Set<LinkName>(
    links.filter((link) => !hasMethod(link, 'inet')).map((link) => link.name),
  )
  for (const route of routes) {
    const refuse = (what: string, reason: string): void => {
      const fix = 'Render nm-dispatcher: its script installs the route.'
      const dependsOn = route.nexthops.map(({ dev }) => ['links', dev])
      refuseValue(context.reporter.about(route.origin), target, what, reason, { fix, dependsOn })
    }
    for (const { dev, via } of route.nexthops) {
      if (via !== undefined && via.family !== route.family)
        refuse(
          `the next hop ${via.text} of an IPv4 route`,
          'a profile takes next hops of the same family alone',
        )
      if (route.family === 'inet' && addressless.has(dev))
        refuse(
          `the route to ${formatPrefix(route.dst)} over ${dev}`,
          'the profile of a link without IPv4 address takes no IPv4 route',
        )
    }
  }
}
