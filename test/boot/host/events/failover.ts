// Failover on a booted host: gateways lose their carrier one after another while packets are sent.
import type { KernelPlan } from '../../../../src/plan/plan.js'
import { ingressCounts, resetCounters } from '../../checks/ingress-counters.js'
import type { IngressCounts } from '../../checks/ingress-counters.js'
import { startPolling } from '../../checks/polling-clients.js'
import type { Client } from '../../checks/polling-clients.js'
import { routeInternetVia } from '../../checks/lan-reachability.js'
import { firstPort, perSecond, send } from '../../checks/continuous-traffic.js'
import type { Stream } from '../../checks/continuous-traffic.js'
import type { Lab } from '../../lab/lab.js'
import { sleep } from '../../lab/process/shell.js'
import { linkActions } from './link-actions.js'
import { isDocumented } from '../documentation.js'
import { unbound } from './failover-scenarios.js'
import type { FailoverScenario, Step } from './failover-scenarios.js'
import { compareWithPlan } from '../host.js'
import { isWithdrawn } from './lifecycle.js'
import type { Platform, Rendering } from '../rendering.js'
import { stackCommandsOf } from '../actions/stack-commands.js'

/**
 * Measured seconds: how long main's default was dead, when it used the next gateway, and when the step was complete.
 */
export type Measured = {
  readonly step: string
  readonly gap: number
  readonly switched: number
  readonly duration: number
}

const withinSeconds = 20
/** The kernel checks carriers once a second (linkwatch), and a busy machine may be late. */
const gapSeconds = 4

type Observation = {
  readonly lab: Lab
  readonly links: readonly string[]
  readonly scenario: FailoverScenario
}

const seenOf = (counts: IngressCounts, { family, sport }: Stream): readonly number[] =>
  [...counts[family].keys()].flatMap((flow) => {
    const [source, port] = flow.split(' ').map(Number)
    return source === sport && port !== undefined ? [port - firstPort] : []
  })

/** Link → packets that arrived there during the action. */
async function countDuring(
  { lab, links }: Observation,
  act: () => Promise<unknown>,
): Promise<ReadonlyMap<string, IngressCounts>> {
  await resetCounters(lab, links)
  await act()
  return new Map(
    await Promise.all(links.map(async (link) => [link, await ingressCounts(lab, link)] as const)),
  )
}

type CountsByLink = ReadonlyMap<string, IngressCounts>

/** Fail-closed packets at another link. */
function leaks({ scenario: { closed } }: Observation, received: CountsByLink): readonly string[] {
  if (closed === undefined) return []
  return [...closed.own, ...closed.clients].flatMap((stream) =>
    [...received].flatMap(([link, counts]) => {
      const count = link === closed.link || link === closed.client.link ? 0 : seenOf(counts, stream).length
      return count === 0 ? [] : [`! ${count} ${stream.family} ${stream.name} left by ${link}`]
    }),
  )
}

/** Fail-closed streams that do not arrive while all gateways are up: they could not show a leak. */
function missingStreams({ scenario: { closed } }: Observation, received: CountsByLink): readonly string[] {
  if (closed === undefined) return []
  const expected = received.get(closed.link)
  return [...closed.own, ...closed.clients].flatMap((stream) =>
    expected !== undefined && seenOf(expected, stream).length > 0
      ? []
      : [`! no ${stream.family} ${stream.name} by ${closed.link}`],
  )
}

/** Packets of main's default that use another link, or do not arrive. */
function wrongLink(
  { scenario: { families } }: Observation,
  received: CountsByLink,
  to: string,
): readonly string[] {
  return unbound(families).flatMap((stream) =>
    [...received].flatMap(([link, counts]) => {
      const seen = seenOf(counts, stream).length
      return link === to
        ? seen > 0
          ? []
          : [`! no ${stream.family} by ${link}`]
        : seen === 0
          ? []
          : [`! ${seen} ${stream.family} by ${link}, not ${to}`]
    }),
  )
}

function gapOf(
  stream: Stream,
  received: CountsByLink,
  to: string,
): { readonly gap: number; readonly switched: number } {
  const all = [...received.values()].flatMap((counts) => seenOf(counts, stream))
  const expected = received.get(to)
  const onExpectedLink = expected === undefined ? [] : seenOf(expected, stream)
  const [first, last] = [Math.min(...all), Math.max(...all)]
  return {
    gap: (last - first + 1 - new Set(all).size) / perSecond,
    switched: onExpectedLink.length === 0 ? Infinity : (Math.min(...onExpectedLink) - first) / perSecond,
  }
}

/** One stranger for each address of these links. */
const clientsOf = (plan: KernelPlan, links: readonly string[]): readonly Client[] =>
  plan.state.links
    .filter(({ name }) => links.includes(name))
    .flatMap(({ name, addresses }) => addresses.map(({ address }) => ({ link: name, address })))
    .map(({ link, address }, n) => ({
      link,
      client: address.family === 'inet' ? `198.18.${n + 100}.77` : `2001:2:0:${n + 100}::77`,
      host: address.text,
    }))

async function runStep(
  observation: Observation,
  plan: KernelPlan,
  withdraws: boolean,
  { link, isUp, to, polledLinks }: Step,
): Promise<{ readonly found: readonly string[]; readonly measured: Measured }> {
  const { lab, scenario } = observation
  const step = `${link} ${isUp ? 'back' : 'lost'}`
  const polling = await startPolling(lab, clientsOf(plan, polledLinks))
  let duration = 0
  const received = await countDuring(observation, async () => {
    const begun = Date.now()
    await lab.carrier(link, isUp)
    const isComplete = async (): Promise<boolean> =>
      isUp ? true : !withdraws || (await isWithdrawn(lab, [link]))
    while (!(await isComplete()) && Date.now() - begun < withinSeconds * 1000) await sleep(0.1)
    duration = (Date.now() - begun) / 1000
    await lab.waitStable()
  })
  const found = [
    ...(duration < withinSeconds ? [] : [`! not over after ${withinSeconds} s`]),
    ...leaks(observation, received),
  ]
  found.push(...(await polling.end()))
  const gaps = unbound(scenario.families).map((stream) => gapOf(stream, received, to))
  const measured = {
    ...{ step, duration },
    gap: Math.max(...gaps.map(({ gap }) => gap)),
    switched: Math.max(...gaps.map(({ switched }) => switched)),
  }
  if (measured.gap > gapSeconds) found.push(`! main’s default was dead for ${measured.gap} s`)
  const after = await countDuring(observation, () => sleep(0.5))
  found.push(...wrongLink(observation, after, to), ...leaks(observation, after))
  return { found: found.map((line) => `${step}: ${line}`), measured }
}

type Found = { readonly wrong: readonly string[]; readonly measured: readonly Measured[] }

export async function differencesInFailover(
  lab: Lab,
  scenario: FailoverScenario,
  rendering: Rendering,
  platform: Platform,
): Promise<Found> {
  const { plan } = rendering
  const { withdraws } = stackCommandsOf(platform, rendering)
  const observation = { lab, links: plan.state.links.map(({ name }) => name), scenario }
  const wrong: string[] = [...(await compareWithPlan(lab, plan))]
  const measured: Measured[] = []
  const { closed } = scenario
  if (closed !== undefined) await routeInternetVia(lab, closed.client)
  const streams = [
    await send(lab.netExec, [...unbound(scenario.families), ...(closed?.own ?? [])]),
    ...(closed === undefined
      ? []
      : [await send((command) => lab.peerExec(closed.client.link, command), closed.clients)]),
  ]
  const steady = await countDuring(observation, () => sleep(1))
  wrong.push(...leaks(observation, steady), ...missingStreams(observation, steady))
  for (const step of scenario.steps) {
    const result = await runStep(observation, plan, withdraws, step)
    wrong.push(...result.found)
    measured.push(result.measured)
  }
  for (const { name, perform, opens } of closed === undefined
    ? []
    : linkActions(lab, platform, rendering, closed.link)) {
    const lines: string[] = []
    const received = await countDuring(observation, async () => {
      lines.push(...(await perform()))
      await lab.waitStable()
    })
    if (opens === undefined) lines.push(...leaks(observation, received))
    else if (!isDocumented(opens))
      lines.push(`! ${opens.document} does not say that ${opens.words} ${opens.about}`)
    wrong.push(...lines.map((line) => `${name}: ${line}`))
  }
  wrong.push(...(await compareWithPlan(lab, plan)))
  const after = await countDuring(observation, () => sleep(1))
  wrong.push(...leaks(observation, after), ...missingStreams(observation, after))
  for (const stream of streams) {
    const lines = await stream.end()
    if (lines !== '') wrong.push(`! the sender: ${lines}`)
  }
  return { wrong, measured }
}

/** Fail-closed packets that leave by another link while their gateway has no carrier. */
export async function leaksWhileLost(
  lab: Lab,
  scenario: FailoverScenario,
  { plan }: Rendering,
): Promise<readonly string[]> {
  const { closed } = scenario
  if (closed === undefined) return []
  const observation = { lab, links: plan.state.links.map(({ name }) => name), scenario }
  const sending = await send(lab.netExec, closed.own)
  await lab.carrier(closed.link, false)
  const received = await countDuring(observation, async () => void (await lab.waitStable()))
  await sending.end()
  return leaks(observation, received).map((line) => line.replace(/^! \d+ /, ''))
}
