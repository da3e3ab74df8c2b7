// Lifecycle events of a booted host: each runs, and reports problems during the event.
import { RT_TABLE_MAIN } from '../../../../src/kernel/table.js'
import { multipathRoutes } from '../../../../src/plan/route-owner.js'
import type { KernelPlan } from '../../../../src/plan/plan.js'
import type { Lab } from '../../lab/lab.js'
import type { Documentation } from '../documentation.js'
import { isExternal } from '../other-programs/external-addressing.js'
import { wrongAnswers, watchOutage } from './outages.js'
import type { LifecycleScenario, Outage } from './outages.js'
import type { Platform, Rendering } from '../rendering.js'
import { runCommand } from '../actions/run-command.js'
import { withoutWaits, stackCommandsOf } from '../actions/stack-commands.js'
import type { LinkCommand, StackCommands } from '../actions/stack-commands.js'

export type Event = {
  readonly name: string
  /** Runs the event and returns its problems; the state afterwards is compared with the plan. */
  readonly perform: (lab: Lab) => Promise<readonly string[]>
  /** The stack alone leaves something of this link missing, or extra. The fix restores it, and a document says so. */
  readonly shortfall?: {
    readonly link: string
    readonly fix: string
    readonly documentation: Documentation
    readonly isExtra: boolean
  }
}

const commandEvent = (command: string): Event => ({
  name: withoutWaits(command),
  perform: (lab) => runCommand(lab, command),
})

const repeatedEvent = (command: string): Event => ({
  name: `twice ${withoutWaits(command)}`,
  perform: async (lab) => [...(await runCommand(lab, command)), ...(await runCommand(lab, command))],
})

function shortfall(
  stackCommands: StackCommands,
  link: string,
  fix: LinkCommand | undefined,
  about: string,
): Pick<Event, 'shortfall'> {
  if (fix === undefined) return {}
  const documentation = { document: stackCommands.document, about, words: `\`${fix('LINK')}\`` }
  return { shortfall: { link, fix: fix(link), documentation, isExtra: stackCommands.leavesExtra === true } }
}

function relinkEvents(stackCommands: StackCommands, link: string, plan: KernelPlan): readonly Event[] {
  const isInMain = plan.state.routes.some(
    ({ table, nexthops }) => table === RT_TABLE_MAIN && nexthops.some(({ dev }) => dev === link),
  )
  return stackCommands.relink.map((relink) => ({
    ...commandEvent(relink(link)),
    ...(relink === stackCommands.incomplete && isInMain
      ? shortfall(stackCommands, link, stackCommands.completing, relink('LINK'))
      : {}),
  }))
}

function inOrder(stackCommands: StackCommands, links: readonly string[], plan: KernelPlan): readonly Event[] {
  if (stackCommands.inOrder === undefined) return []
  const balanced = multipathRoutes(plan).find(({ family }) => family === 'inet')
  const isTooEarly = balanced?.nexthops[0]?.dev === links[0]
  return [
    {
      ...commandEvent(stackCommands.inOrder(links)),
      ...(isTooEarly
        ? shortfall(stackCommands, links[0] ?? '', stackCommands.fixAfterEarlyLink, 'balanced IPv4 route')
        : {}),
    },
  ]
}

function carrierAppearsLate({ links, answers }: Outage): Event {
  return {
    name: `booted without carrier on ${links.join(', ')}, which appears later`,
    perform: async (lab) => {
      await lab.waitStable()
      const wrong = await wrongAnswers(lab, answers)
      for (const link of links) await lab.carrier(link, true)
      return wrong
    },
  }
}

/** The stack has removed the addresses of these links. */
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

/** A short interruption: NetworkManager removes nothing within about six seconds. */
function setDown(stackCommands: StackCommands, link: string, outages: readonly Outage[]): Event {
  const outage = outages.find(({ links }) => links.includes(link))
  return {
    name: `${link} set down and up by hand`,
    perform: async (lab) => {
      const down = await runCommand(lab, `ip link set dev ${link} down`)
      await lab.waitStable()
      const wrong = outage === undefined ? [] : await wrongAnswers(lab, outage.answers)
      return [...down, ...wrong, ...(await runCommand(lab, `ip link set dev ${link} up`))]
    },
    ...shortfall(stackCommands, link, stackCommands.fix, 'set down by hand'),
  }
}

function setDownLonger(outage: Outage, link: string): Event {
  return {
    name: `${link} set down by hand, and up once the stack has deleted its addresses`,
    perform: async (lab) => {
      const cut = async (): Promise<void> => void (await lab.exec(`ip link set dev ${link} down`))
      const wrong = await watchOutage(lab, outage, cut, () => isWithdrawn(lab, [link]))
      return [...wrong, ...(await runCommand(lab, `ip link set dev ${link} up`))]
    },
  }
}

/** All events of a host that booted without carrier on some links. Events of leases are in host/leases. */
export function eventsOf(
  scenario: LifecycleScenario,
  platform: Platform,
  rendering: Rendering,
): readonly Event[] {
  const { plan } = rendering
  const stackCommands = stackCommandsOf(platform, rendering)
  const own = plan.state.links.filter((link) => !isExternal(plan, link)).map((link) => link.name)
  const withdraws = (link: string): boolean => stackCommands.withdraws && own.some((name) => name === link)
  const lost = scenario.outages.map((outage) => carrierLost(outage, withdraws))
  // Only stacks that react to carriers and still need a fix behave differently after a long time.
  const longDown = own
    .filter(
      (link) => withdraws(link) && stackCommands.fix !== undefined && stackCommands.leavesExtra === undefined,
    )
    .slice(0, 1)
  const down = [
    ...own.map((link) => setDown(stackCommands, link, scenario.outages)),
    ...scenario.outages.flatMap((outage) =>
      longDown.filter((link) => outage.links.includes(link)).map((link) => setDownLonger(outage, link)),
    ),
  ]
  if (scenario.isReduced === true)
    return [
      carrierAppearsLate(scenario.withoutCarrier),
      commandEvent(stackCommands.restart),
      ...down,
      ...lost,
    ]
  const repeated = stackCommands.relink.filter((relink) => relink !== stackCommands.incomplete)
  return [
    carrierAppearsLate(scenario.withoutCarrier),
    ...[stackCommands.restart, ...stackCommands.reloads].map(commandEvent),
    ...own.flatMap((link) => relinkEvents(stackCommands, link, plan)),
    ...[own, own.toReversed()].flatMap((links) => inOrder(stackCommands, links, plan)),
    ...down,
    ...lost,
    ...[
      stackCommands.restart,
      ...stackCommands.reloads,
      ...repeated.map((relink) => relink(own[0] ?? 'lo')),
    ].map(repeatedEvent),
  ]
}
