// What happens in the life of a booted host: each event, and what is wrong about the host in it and after it.
import { RT_TABLE_MAIN } from '../../../../src/kernel/table.js'
import { multipathRoutes } from '../../../../src/plan/route-owner.js'
import type { KernelPlan } from '../../../../src/plan/plan.js'
import type { Lab } from '../../lab/lab.js'
import type { LeaseDocument } from '../documentation.js'
import { isForeign } from '../other-programs/external-addressing.js'
import { wrongAnswers, watchOutage } from './outages.js'
import type { LifeOf, Outage } from './outages.js'
import type { Place, Rendering } from '../rendering.js'
import { tell } from '../actions/run-command.js'
import { briefly, waysOf } from '../actions/stack-commands.js'
import type { OfLink, Ways } from '../actions/stack-commands.js'

export type Event = {
  readonly name: string
  /** Lines that tell what went wrong on the way; the state afterwards is compared with the plan. */
  readonly perform: (lab: Lab) => Promise<readonly string[]>
  /** The stack alone does not bring back all of this link, or leaves more: the cure does, and a document says so. */
  readonly short?: {
    readonly link: string
    readonly cure: string
    readonly told: LeaseDocument
    readonly isMore: boolean
  }
}

const told = (command: string): Event => ({ name: briefly(command), perform: (lab) => tell(lab, command) })

const twice = (command: string): Event => ({
  name: `twice ${briefly(command)}`,
  perform: async (lab) => [...(await tell(lab, command)), ...(await tell(lab, command))],
})

function short(ways: Ways, link: string, cure: OfLink | undefined, about: string): Pick<Event, 'short'> {
  if (cure === undefined) return {}
  const told = { document: ways.document, about, words: `\`${cure('LINK')}\`` }
  return { short: { link, cure: cure(link), told, isMore: ways.hasTooMuch === true } }
}

function relinked(ways: Ways, link: string, plan: KernelPlan): readonly Event[] {
  const isInMain = plan.state.routes.some(
    ({ table, nexthops }) => table === RT_TABLE_MAIN && nexthops.some(({ dev }) => dev === link),
  )
  return ways.relink.map((relink) => ({
    ...told(relink(link)),
    ...(relink === ways.incomplete && isInMain ? short(ways, link, ways.completing, relink('LINK')) : {}),
  }))
}

function inOrder(ways: Ways, links: readonly string[], plan: KernelPlan): readonly Event[] {
  if (ways.inOrder === undefined) return []
  const balanced = multipathRoutes(plan).find(({ family }) => family === 'inet')
  const isTooEarly = balanced?.nexthops[0]?.dev === links[0]
  return [
    {
      ...told(ways.inOrder(links)),
      ...(isTooEarly ? short(ways, links[0] ?? '', ways.afterTooEarly, 'balanced IPv4 route') : {}),
    },
  ]
}

function carrierComes({ links, answers }: Outage): Event {
  return {
    name: `booted without carrier on ${links.join(', ')}, which comes then`,
    perform: async (lab) => {
      await lab.settled()
      const wrong = await wrongAnswers(lab, answers)
      for (const link of links) await lab.carrier(link, true)
      return wrong
    },
  }
}

/** The stack has taken away what it takes from a link that is out. */
export async function isWithdrawn(lab: Lab, links: readonly string[]): Promise<boolean> {
  const shows = links.map((link) => `ip -o address show dev ${link} scope global`)
  return (await lab.netExec(shows.join('\n'))).stdout === ''
}

function carrierLost(outage: Outage, withdraws: (link: string) => boolean): Event {
  const { links } = outage
  return {
    name: `carrier of ${links.join(', ')} lost and back`,
    perform: async (lab) => {
      const cut = async (): Promise<void> => {
        for (const link of links) await lab.carrier(link, false)
      }
      const wrong = await watchOutage(lab, outage, cut, () => isWithdrawn(lab, links.filter(withdraws)))
      for (const link of links) await lab.carrier(link, true)
      return wrong
    },
  }
}

/** For so short a while that NetworkManager, which waits some six seconds, takes nothing away. */
function setDown(ways: Ways, link: string, outages: readonly Outage[]): Event {
  const outage = outages.find(({ links }) => links.includes(link))
  return {
    name: `${link} set down and up by hand`,
    perform: async (lab) => {
      const down = await tell(lab, `ip link set dev ${link} down`)
      await lab.settled()
      const wrong = outage === undefined ? [] : await wrongAnswers(lab, outage.answers)
      return [...down, ...wrong, ...(await tell(lab, `ip link set dev ${link} up`))]
    },
    ...short(ways, link, ways.cure, 'set down by hand'),
  }
}

function longDown(outage: Outage, link: string): Event {
  return {
    name: `${link} set down by hand, and up when all of it is taken away`,
    perform: async (lab) => {
      const cut = async (): Promise<void> => void (await lab.exec(`ip link set dev ${link} down`))
      const wrong = await watchOutage(lab, outage, cut, () => isWithdrawn(lab, [link]))
      return [...wrong, ...(await tell(lab, `ip link set dev ${link} up`))]
    },
  }
}

/**
 * The life of a host that booted without carrier on some links. (That a lease is renewed with another address belongs
 * here too, once a description can speak of leases.)
 */
export function eventsOf(life: LifeOf, place: Place, rendering: Rendering): readonly Event[] {
  const { plan } = rendering
  const ways = waysOf(place, rendering)
  const own = plan.state.links.filter((link) => !isForeign(plan, link)).map((link) => link.name)
  const withdraws = (link: string): boolean => ways.withdraws && own.some((name) => name === link)
  const lost = life.outages.map((outage) => carrierLost(outage, withdraws))
  // Only a stack that watches and yet needs a cure has something else to show after a longer while.
  const long = own
    .filter((link) => withdraws(link) && ways.cure !== undefined && ways.hasTooMuch === undefined)
    .slice(0, 1)
  const down = [
    ...own.map((link) => setDown(ways, link, life.outages)),
    ...life.outages.flatMap((outage) =>
      long.filter((link) => outage.links.includes(link)).map((link) => longDown(outage, link)),
    ),
  ]
  if (life.isShort === true) return [carrierComes(life.dark), told(ways.restart), ...down, ...lost]
  const repeated = ways.relink.filter((relink) => relink !== ways.incomplete)
  return [
    carrierComes(life.dark),
    ...[ways.restart, ...ways.again].map(told),
    ...own.flatMap((link) => relinked(ways, link, plan)),
    ...[own, own.toReversed()].flatMap((links) => inOrder(ways, links, plan)),
    ...down,
    ...lost,
    ...[ways.restart, ...ways.again, ...repeated.map((relink) => relink(own[0] ?? 'lo'))].map(twice),
  ]
}
