// Target nm-keyfile: a NetworkManager profile per link with its routes, and one of lo with all rules and reject routes.
import { hostSettings } from '../host-versions.js'
import { isMultipath } from '../../plan/route.js'
import { groupPairs } from '../../stdlib/group-by.js'
import { loopback, type LinkName } from '../../kernel/link.js'
import { owningLink, multipathLinks } from '../../plan/route-owner.js'
import type { KernelPlan, PlannedLink, Route } from '../../plan/plan.js'
import { commonFileRemoval, commonFiles, commonFileSteps } from '../shared/common-files.js'
import { deferredRoutes } from '../shared/deferred-routes.js'
import {
  DEFAULT_DISPATCHER,
  dispatcherName,
  dispatcherRemoval,
  dispatcherFiles,
  dispatcherStep,
  staleMultipathSteps,
} from '../shared/networkmanager/dispatcher.js'
import {
  keyfile,
  linkSections,
  RELOAD,
  upSteps,
  type KeyfileBlock,
  type ProfileExtras,
} from '../shared/networkmanager/keyfile.js'
import { isLeasing, isMoved } from '../shared/networkmanager/lease.js'
import { profilesBehaviour } from '../shared/networkmanager/runtime-notes.js'
import { leaseOf } from '../shared/lease/settings.js'
import { refuseMoved, refuseNameservers } from '../shared/networkmanager/values.js'
import { defineTarget, type Steps, type WrittenSettings } from '../target.js'
import { versionOf } from '../version.js'
import { capabilities, DEFAULT_VERSION, hasWeights } from './capabilities.js'
import { loopbackSections } from './loopback.js'
import { routeEntries, routeNumbers } from './route.js'
import { refuseRoutes } from './values.js'

const ID = 'nm-keyfile'
const TITLE = 'NetworkManager'

export const nmKeyfile = defineTarget({
  id: ID,
  title: 'NetworkManager profiles',
  consumer: 'NetworkManager',
  defaultVersion: DEFAULT_VERSION,
  settings: {
    ...hostSettings,
    file: `name of the script in /etc/NetworkManager/dispatcher.d, where one is needed; default ${DEFAULT_DISPATCHER}`,
  },
  capabilities,
  behaviour: (settings) => profilesBehaviour(versionOf(settings, DEFAULT_VERSION)),
  hostStack: () => ({ name: 'NetworkManager', services: ['NetworkManager.service'] }),
  render(plan, settings, context) {
    const file = dispatcherName(settings, ID, context)
    const links = plan.state.links.filter(({ managed }) => managed)
    const deferred = new Set(deferredRoutes(plan))
    const isScripted = (route: Route): boolean => deferred.has(route) || isBalancedByScript(route, settings)
    const scripted = plan.state.routes.filter(isScripted)
    const own = plan.state.routes.filter((route) => !isScripted(route))
    const loose = own.filter((route) => owningLink(route) === loopback)
    const hasLoopback = loose.length > 0 || plan.state.rules.length > 0
    const profiles = [...(hasLoopback ? [loopback] : []), ...links.map((link) => link.name)]
    const steps = stepsOf(plan, profiles, scripted.length > 0 ? file : undefined)
    refuseNameservers(links, ID, context)
    refuseMoved(plan, ID, context)
    refuseRoutes(own, links, ID, context)
    const byLink = routesOver(own)
    const files = [
      ...(hasLoopback
        ? [keyfile({ name: loopback }, loopbackSections(plan.state.rules, loose), TITLE, context)]
        : []),
      ...links.map((link) =>
        keyfile(
          link,
          linkSections(link, leaseOf(plan, link), extrasOf(link, byLink.get(link.name) ?? [], plan)),
          TITLE,
          context,
        ),
      ),
      ...(scripted.length > 0
        ? dispatcherFiles(
            { rules: [], routes: scripted },
            { file, stack: TITLE, programs: plan.intent.programs },
            context,
          )
        : []),
      ...commonFiles(plan, TITLE, context, { protocol: scripted.length > 0 }),
    ]
    return { files, ...steps }
  },
})

/** Whether a profile cannot have its weights, or NetworkManager would lose them. */
function isBalancedByScript(route: Route, settings: WrittenSettings): boolean {
  if (!isMultipath(route)) return false
  const isDirect = route.nexthops.some((nexthop) => nexthop.via === undefined)
  return route.family === 'inet6' || isDirect || !hasWeights(settings)
}

/** Routes by link of their next hops, in the plan's order. */
const routesOver = (routes: readonly Route[]): ReadonlyMap<LinkName, readonly Route[]> =>
  groupPairs(routes.flatMap((route) => multipathLinks(route).map((link) => [link, route] as const)))

/** The routes over one link; of a multipath route, that link's next hop, which NetworkManager merges with the others. */
function extrasOf(link: PlannedLink, routes: readonly Route[], plan: KernelPlan): ProfileExtras {
  const lease = leaseOf(plan, link)
  const blocksOf = (family: Route['family']): readonly KeyfileBlock[] => {
    const hops = routes
      .filter((route) => route.family === family)
      .flatMap((route) =>
        route.nexthops.filter((nexthop) => nexthop.dev === link.name).map((nexthop) => ({ route, nexthop })),
      )
    const numbers = routeNumbers(hops.map(({ route }) => route))
    return hops.map(({ route, nexthop }, index) => ({
      origin: route.origin,
      entries: routeEntries(route, nexthop, numbers[index] ?? index, isMoved(lease, family)),
    }))
  }
  return { inet: blocksOf('inet'), inet6: blocksOf('inet6') }
}

function stepsOf(plan: KernelPlan, profiles: readonly LinkName[], file: string | undefined): Steps {
  const sysctls = commonFileSteps(plan)
  const last = file === undefined ? [] : [dispatcherStep(file)]
  const activate = [RELOAD, ...upSteps(profiles, isLeasing(plan)), ...last]
  const remove = [
    ...(file === undefined ? [] : [dispatcherRemoval(file)]),
    ...commonFileRemoval(plan),
    RELOAD,
  ]
  return {
    first: [...sysctls, ...activate],
    change: [...sysctls, ...staleMultipathSteps(file, ['route']), ...activate],
    remove,
  }
}
