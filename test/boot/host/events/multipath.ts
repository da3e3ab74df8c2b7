// What becomes of a balanced default while its links go and come, and of ten thousand connections over it.
import type { Family } from '../../../../src/kernel/family.js'
import { RT_TABLE_MAIN } from '../../../../src/kernel/table.js'
import { isMultipath } from '../../../../src/plan/route-owner.js'
import type { KernelPlan, Route } from '../../../../src/plan/plan.js'
import { few, many, wrongShares } from '../../checks/flow-distribution.js'
import type { Size, Way } from '../../checks/flow-distribution.js'
import type { Lab } from '../../lab/lab.js'
import { loseCarrier } from './carrier.js'
import { isForeign } from '../other-programs/external-addressing.js'
import { compareWithPlan } from '../host.js'
import { neighboursOf } from '../neighbours.js'
import type { Place, Rendering } from '../rendering.js'
import { waysOf } from '../actions/stack-commands.js'

/** The balanced default of each family that has one. */
export const defaultsOf = (plan: KernelPlan): readonly Route[] =>
  plan.state.routes.filter(
    (route) => route.table === RT_TABLE_MAIN && route.dst.length === 0 && isMultipath(route),
  )

type Ways = ReadonlyMap<Family, Way>

const weightsOf = (route: Route): ReadonlyMap<string, number> =>
  new Map(route.nexthops.map(({ dev, weight }) => [dev, weight ?? 1]))

/** By networkd and by NetworkManager itself the balanced IPv4 route is one of its first member: without that the next default has everything. */
function ways(plan: KernelPlan, { stack }: Place, lost?: string): Ways {
  return new Map(
    defaultsOf(plan).map((route) => {
      const left = [...weightsOf(route)].filter(([link]) => link !== lost)
      const isOfFirst = ['networkd', 'netplan', 'nm-keyfile'].includes(stack) && route.family === 'inet'
      const isGone = isOfFirst && route.nexthops[0]?.dev === lost
      return [route.family, { weights: new Map(isGone ? left.slice(0, 1) : left) }]
    }),
  )
}

/** Every link, so that nothing goes by one that has no share. */
const watchedOn = (some: Ways, plan: KernelPlan): Ways =>
  new Map(
    [...some].map(([family, way]) => {
      const route = defaultsOf(plan).find((one) => one.family === family)
      const all = (route?.nexthops ?? []).map(({ dev }) => [dev, way.weights.get(dev) ?? 0] as const)
      return [family, { ...way, weights: new Map(all) }]
    }),
  )

/** The same connections once more, from a client behind a link without gateway, where the host is a router. */
function forwarded(some: Ways, plan: KernelPlan): Ways {
  const members = defaultsOf(plan).flatMap(({ nexthops }) => nexthops.map(({ dev }) => dev))
  const inside = plan.state.links.find(({ name }) => !members.includes(name))
  const clients = neighboursOf(plan).find(({ links }) => links.some((link) => link === inside?.name))
  const isRouter = (family: Family): boolean =>
    plan.state.sysctls.some(({ key, value }) => key === forwardings[family] && value === '1')
  return new Map(
    [...some].flatMap(([family, way]) => {
      const address = clients?.addresses.find((text) => text.includes(':') === (family === 'inet6'))
      const via = inside?.addresses.find(({ address: own }) => own.family === family)
      if (inside === undefined || address === undefined || via === undefined || !isRouter(family)) return []
      const client = { link: inside.name, address: address.replace(/\/.*/, ''), via: via.address.text }
      return [[family, { ...way, client }] as const]
    }),
  )
}

const forwardings = {
  inet: 'net.ipv4.ip_forward',
  inet6: 'net.ipv6.conf.all.forwarding',
} as const satisfies Record<Family, string>

async function wrongWays(lab: Lab, plan: KernelPlan, some: Ways, size: Size): Promise<readonly string[]> {
  const all = watchedOn(some, plan)
  return [...(await wrongShares(lab, all, size)), ...(await wrongShares(lab, forwarded(all, plan), size))]
}

/** By weights that nothing has changed yet. */
export const wrongAtBoot = (lab: Lab, { plan }: Rendering, place: Place): Promise<readonly string[]> =>
  wrongWays(lab, plan, ways(plan, place), many)

export async function differencesInBalance(
  lab: Lab,
  rendering: Rendering,
  place: Place,
): Promise<readonly string[]> {
  const { plan } = rendering
  const { withdraws } = waysOf(place, rendering)
  const found: string[] = []
  const note = (when: string, lines: readonly string[]): void =>
    void found.push(...lines.map((line) => `${when}: ${line}`))
  note('booted', await compareWithPlan(lab, plan))
  note('booted', await wrongAtBoot(lab, rendering, place))
  const members = [...new Set(defaultsOf(plan).flatMap(({ nexthops }) => nexthops.map(({ dev }) => dev)))]
  for (const link of members) {
    const isOurs = plan.state.links.some((one) => one.name === link && !isForeign(plan, one))
    await loseCarrier(lab, link, withdraws && isOurs)
    note(`${link} lost`, await wrongWays(lab, plan, ways(plan, place, link), few))
    await lab.carrier(link, true)
    note(`${link} back`, await compareWithPlan(lab, plan))
    note(`${link} back`, await wrongWays(lab, plan, ways(plan, place), few))
  }
  return found
}
