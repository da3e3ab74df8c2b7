// The gateways of a host lose their carrier one after another, while all sorts of packets are on their way.
import type { KernelPlan } from '../../../../src/plan/plan.js'
import { arrivalsAt, takeDown } from '../../checks/ingress-counters.js'
import type { Arrivals } from '../../checks/ingress-counters.js'
import { ask } from '../../checks/polling-clients.js'
import type { Client } from '../../checks/polling-clients.js'
import { knowsInternetBy } from '../../checks/lan-reachability.js'
import { firstPort, perSecond, send } from '../../checks/continuous-traffic.js'
import type { Stream } from '../../checks/continuous-traffic.js'
import type { Lab } from '../../lab/lab.js'
import { sleep } from '../../lab/process/shell.js'
import { acts } from './link-actions.js'
import { isTold } from '../documentation.js'
import { unbound } from './failover-scenarios.js'
import type { Failing, Step } from './failover-scenarios.js'
import { compareWithPlan } from '../host.js'
import { isWithdrawn } from './lifecycle.js'
import type { Place, Rendering } from '../rendering.js'
import { waysOf } from '../actions/stack-commands.js'

/** What a person measures: so long main's default leads nowhere, and so long it takes until the step is over. */
export type Measured = {
  readonly step: string
  readonly gap: number
  readonly turned: number
  readonly over: number
}

const withinSeconds = 20
/** The kernel looks after carriers once a second (linkwatch), and a busy machine may be late. */
const gapSeconds = 4

type Watched = {
  readonly lab: Lab
  readonly links: readonly string[]
  readonly failing: Failing
}

const seenOf = (arrivals: Arrivals, { family, sport }: Stream): readonly number[] =>
  [...arrivals[family].keys()].flatMap((flow) => {
    const [source, port] = flow.split(' ').map(Number)
    return source === sport && port !== undefined ? [port - firstPort] : []
  })

/** Link → what came there while this was done. */
async function during(
  { lab, links }: Watched,
  act: () => Promise<unknown>,
): Promise<ReadonlyMap<string, Arrivals>> {
  await takeDown(lab, links)
  await act()
  return new Map(await Promise.all(links.map(async (link) => [link, await arrivalsAt(lab, link)] as const)))
}

type Came = ReadonlyMap<string, Arrivals>

/** Not one of them by another link. */
function leaks({ failing: { closed } }: Watched, came: Came): readonly string[] {
  if (closed === undefined) return []
  return [...closed.own, ...closed.clients].flatMap((stream) =>
    [...came].flatMap(([link, arrivals]) => {
      const count = link === closed.link || link === closed.client.link ? 0 : seenOf(arrivals, stream).length
      return count === 0 ? [] : [`! ${count} ${stream.family} ${stream.name} left by ${link}`]
    }),
  )
}

/** While all is up each kind of them does arrive: what is never sent cannot leak. */
function missing({ failing: { closed } }: Watched, came: Came): readonly string[] {
  if (closed === undefined) return []
  const right = came.get(closed.link)
  return [...closed.own, ...closed.clients].flatMap((stream) =>
    right !== undefined && seenOf(right, stream).length > 0
      ? []
      : [`! no ${stream.family} ${stream.name} by ${closed.link}`],
  )
}

/** By the one link alone, and none is lost. */
function wrongWay({ failing: { families } }: Watched, came: Came, to: string): readonly string[] {
  return unbound(families).flatMap((stream) =>
    [...came].flatMap(([link, arrivals]) => {
      const seen = seenOf(arrivals, stream).length
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

function gapOf(stream: Stream, came: Came, to: string): { readonly gap: number; readonly turned: number } {
  const all = [...came.values()].flatMap((arrivals) => seenOf(arrivals, stream))
  const right = came.get(to)
  const there = right === undefined ? [] : seenOf(right, stream)
  const [first, last] = [Math.min(...all), Math.max(...all)]
  return {
    gap: (last - first + 1 - new Set(all).size) / perSecond,
    turned: there.length === 0 ? Infinity : (Math.min(...there) - first) / perSecond,
  }
}

/** A stranger for each address of these links. */
const clientsOf = (plan: KernelPlan, links: readonly string[]): readonly Client[] =>
  plan.state.links
    .filter(({ name }) => links.includes(name))
    .flatMap(({ name, addresses }) => addresses.map(({ address }) => ({ link: name, address })))
    .map(({ link, address }, n) => ({
      link,
      client: address.family === 'inet' ? `198.18.${n + 100}.77` : `2001:2:0:${n + 100}::77`,
      host: address.text,
    }))

async function takeStep(
  watched: Watched,
  plan: KernelPlan,
  withdraws: boolean,
  { link, comes, to, asked }: Step,
): Promise<{ readonly found: readonly string[]; readonly measured: Measured }> {
  const { lab, failing } = watched
  const step = `${link} ${comes ? 'back' : 'lost'}`
  const asking = await ask(lab, clientsOf(plan, asked))
  let over = 0
  const came = await during(watched, async () => {
    const begun = Date.now()
    await lab.carrier(link, comes)
    const isOver = async (): Promise<boolean> =>
      comes ? true : !withdraws || (await isWithdrawn(lab, [link]))
    while (!(await isOver()) && Date.now() - begun < withinSeconds * 1000) await sleep(0.1)
    over = (Date.now() - begun) / 1000
    await lab.settled()
  })
  const found = [
    ...(over < withinSeconds ? [] : [`! not over after ${withinSeconds} s`]),
    ...leaks(watched, came),
  ]
  found.push(...(await asking.end()))
  const gaps = unbound(failing.families).map((stream) => gapOf(stream, came, to))
  const measured = {
    ...{ step, over },
    gap: Math.max(...gaps.map(({ gap }) => gap)),
    turned: Math.max(...gaps.map(({ turned }) => turned)),
  }
  if (measured.gap > gapSeconds) found.push(`! main’s default led nowhere for ${measured.gap} s`)
  const after = await during(watched, () => sleep(0.5))
  found.push(...wrongWay(watched, after, to), ...leaks(watched, after))
  return { found: found.map((line) => `${step}: ${line}`), measured }
}

type Found = { readonly wrong: readonly string[]; readonly measured: readonly Measured[] }

export async function differencesInFailing(
  lab: Lab,
  failing: Failing,
  rendering: Rendering,
  place: Place,
): Promise<Found> {
  const { plan } = rendering
  const { withdraws } = waysOf(place, rendering)
  const watched = { lab, links: plan.state.links.map(({ name }) => name), failing }
  const wrong: string[] = [...(await compareWithPlan(lab, plan))]
  const measured: Measured[] = []
  const { closed } = failing
  if (closed !== undefined) await knowsInternetBy(lab, closed.client)
  const streams = [
    await send(lab.netExec, [...unbound(failing.families), ...(closed?.own ?? [])]),
    ...(closed === undefined
      ? []
      : [await send((command) => lab.peerExec(closed.client.link, command), closed.clients)]),
  ]
  const steady = await during(watched, () => sleep(1))
  wrong.push(...leaks(watched, steady), ...missing(watched, steady))
  for (const step of failing.steps) {
    const taken = await takeStep(watched, plan, withdraws, step)
    wrong.push(...taken.found)
    measured.push(taken.measured)
  }
  for (const { name, perform, opens } of closed === undefined
    ? []
    : acts(lab, place, rendering, closed.link)) {
    const said: string[] = []
    const came = await during(watched, async () => {
      said.push(...(await perform()))
      await lab.settled()
    })
    if (opens === undefined) said.push(...leaks(watched, came))
    else if (!isTold(opens)) said.push(`! ${opens.document} does not say that ${opens.words} ${opens.about}`)
    wrong.push(...said.map((line) => `${name}: ${line}`))
  }
  wrong.push(...(await compareWithPlan(lab, plan)))
  const after = await during(watched, () => sleep(1))
  wrong.push(...leaks(watched, after), ...missing(watched, after))
  for (const stream of streams) {
    const said = await stream.end()
    if (said !== '') wrong.push(`! the sender: ${said}`)
  }
  return { wrong, measured }
}

/** What leaves by another link while the one of a gateway that closes is out. */
export async function leaksWhileLost(
  lab: Lab,
  failing: Failing,
  { plan }: Rendering,
): Promise<readonly string[]> {
  const { closed } = failing
  if (closed === undefined) return []
  const watched = { lab, links: plan.state.links.map(({ name }) => name), failing }
  const sending = await send(lab.netExec, closed.own)
  await lab.carrier(closed.link, false)
  const came = await during(watched, async () => void (await lab.settled()))
  await sending.end()
  return leaks(watched, came).map((line) => line.replace(/^! \d+ /, ''))
}
