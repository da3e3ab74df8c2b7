// Balanced default routes while their links lose their carrier and get it back, measured with ten thousand
// connections.
import { isMultipath } from '../../../../src/plan/route.js'
import type { Family } from '../../../../src/kernel/family.js'
import { RT_TABLE_MAIN } from '../../../../src/kernel/table.js'
import { forwardingSysctls, isSameSysctl } from '../../../../src/kernel/sysctl.js'
import type { KernelPlan, Route } from '../../../../src/plan/plan.js'
import { fewFlows, manyFlows, wrongShares } from '../../checks/flow-distribution.js'
import type { Size, Spread } from '../../checks/flow-distribution.js'
import type { Lab } from '../../lab/lab.js'
import { loseCarrier } from './carrier.js'
import { isExternal } from '../other-programs/external-addressing.js'
import { compareWithPlan } from '../host.js'
import { neighboursOf } from '../neighbours.js'
import type { Platform, Rendering } from '../rendering.js'
import { stackCommandsOf } from '../actions/stack-commands.js'

/** The balanced default route of each family that has one. */
export const defaultsOf = (plan: KernelPlan): readonly Route[] =>
  plan.state.routes.filter(
    (route) => route.table === RT_TABLE_MAIN && route.dst.length === 0 && isMultipath(route),
  )

type Spreads = ReadonlyMap<Family, Spread>

const weightsOf = (route: Route): ReadonlyMap<string, number> =>
  new Map(route.nexthops.map(({ dev, weight }) => [dev, weight ?? 1]))

/**
 * With networkd and NetworkManager profiles a balanced IPv4 route belongs to its first member. Without that link, the
 * next default route carries everything.
 */
function spreadsOf(plan: KernelPlan, { stack }: Platform, lost?: string): Spreads {
  return new Map(
    defaultsOf(plan).map((route) => {
      const left = [...weightsOf(route)].filter(([link]) => link !== lost)
      const isOnFirstMember = ['networkd', 'netplan', 'nm-keyfile'].includes(stack) && route.family === 'inet'
      const isGone = isOnFirstMember && route.nexthops[0]?.dev === lost
      return [route.family, { weights: new Map(isGone ? left.slice(0, 1) : left) }]
    }),
  )
}

/** Adds all links, so that traffic on a link with weight 0 is noticed. */
const withAllLinks = (spreads: Spreads, plan: KernelPlan): Spreads =>
  new Map(
    [...spreads].map(([family, spread]) => {
      const route = defaultsOf(plan).find((one) => one.family === family)
      const all = (route?.nexthops ?? []).map(({ dev }) => [dev, spread.weights.get(dev) ?? 0] as const)
      return [family, { ...spread, weights: new Map(all) }]
    }),
  )

/** The same connections from a client behind a link without gateway, if the host is a router. */
function forwardedSpreads(spreads: Spreads, plan: KernelPlan): Spreads {
  const members = defaultsOf(plan).flatMap(({ nexthops }) => nexthops.map(({ dev }) => dev))
  const lanLink = plan.state.links.find(({ name }) => !members.includes(name))
  const clients = neighboursOf(plan).find(({ links }) => links.some((link) => link === lanLink?.name))
  const isRouter = (family: Family): boolean =>
    plan.state.sysctls.some(({ key, value }) => isSameSysctl(key, forwardingSysctls[family]) && value === '1')
  return new Map(
    [...spreads].flatMap(([family, spread]) => {
      const address = clients?.addresses.find((text) => text.includes(':') === (family === 'inet6'))
      const via = lanLink?.addresses.find(({ address: own }) => own.family === family)
      if (lanLink === undefined || address === undefined || via === undefined || !isRouter(family)) return []
      const client = { link: lanLink.name, address: address.replace(/\/.*/, ''), via: via.address.text }
      return [[family, { ...spread, client }] as const]
    }),
  )
}

async function wrongSpreads(
  lab: Lab,
  plan: KernelPlan,
  spreads: Spreads,
  size: Size,
): Promise<readonly string[]> {
  const all = withAllLinks(spreads, plan)
  return [
    ...(await wrongShares(lab, all, size)),
    ...(await wrongShares(lab, forwardedSpreads(all, plan), size)),
  ]
}

/** Problems before any link changes. */
export const wrongAtBoot = (lab: Lab, { plan }: Rendering, platform: Platform): Promise<readonly string[]> =>
  wrongSpreads(lab, plan, spreadsOf(plan, platform), manyFlows)

export async function differencesInBalance(
  lab: Lab,
  rendering: Rendering,
  platform: Platform,
): Promise<readonly string[]> {
  const { plan } = rendering
  const { withdraws } = stackCommandsOf(platform, rendering)
  const found: string[] = []
  const note = (when: string, lines: readonly string[]): void =>
    void found.push(...lines.map((line) => `${when}: ${line}`))
  note('booted', await compareWithPlan(lab, plan))
  note('booted', await wrongAtBoot(lab, rendering, platform))
  const members = [...new Set(defaultsOf(plan).flatMap(({ nexthops }) => nexthops.map(({ dev }) => dev)))]
  for (const link of members) {
    const isManaged = plan.state.links.some((one) => one.name === link && !isExternal(plan, one))
    await loseCarrier(lab, link, withdraws && isManaged)
    note(`${link} lost`, await wrongSpreads(lab, plan, spreadsOf(plan, platform, link), fewFlows))
    await lab.carrier(link, true)
    note(`${link} back`, await compareWithPlan(lab, plan))
    note(`${link} back`, await wrongSpreads(lab, plan, spreadsOf(plan, platform), fewFlows))
  }
  return found
}
