// Rules and routes of another program: they survive every event of a booted host.
import { describe, expect, inject, test } from 'vitest'
import { fixtureNamed } from '../helpers/fixtures.js'
import { loseCarrier } from './host/events/carrier.js'
import { isExternal } from './host/other-programs/external-addressing.js'
import { compareWithPlan, hostOf } from './host/host.js'
import { relinksOf } from './host/other-programs/external-events.js'
import {
  containers,
  addedLater,
  addedOver,
  linesAddedBy,
  tailscale,
} from './host/other-programs/other-program.js'
import { survivalOf } from './host/expectations/route-survival.js'
import type { LeaseEvent } from './host/expectations/route-survival.js'
import { mustRender } from './host/rendering.js'
import type { Platform, Rendering } from './host/rendering.js'
import { runCommand } from './host/actions/run-command.js'
import { stackCommandsOf } from './host/actions/stack-commands.js'
import { openLab } from './lab/lab.js'
import type { Lab } from './lab/lab.js'
import type { Debian } from './lab/rootfs/rootfs.js'
import { stateLines } from './lab/state/state.js'
import type { StackId } from './lab/stacks.js'
import { reasonToSkip, renderedHere } from './run/skip-policy.js'
import { platformsFor, platformsOf } from './run/selection.js'

type Host = {
  readonly name: string
  /** Commands of the other program before the stack starts. */
  readonly before: readonly string[]
  readonly later: readonly string[]
  /** A link of the stack. */
  readonly link: string
  readonly platforms: readonly Platform[]
}

const hosts: readonly Host[] = [
  {
    ...{
      name: 'two-providers',
      link: 'wan0',
      before: containers,
      later: [...addedLater, ...addedOver('wan0')],
    },
    platforms: platformsFor(['networkd 12', 'netplan 12', 'nm-dispatcher 11', 'ifupdown 11']),
  },
  {
    ...{ name: 'beside-tailscale', link: 'eth0', before: tailscale, later: addedLater },
    platforms: platformsOf('beside-tailscale', [
      'networkd 13',
      'netplan 11',
      'nm-keyfile 13',
      'ifupdown-ng 12',
    ]),
  },
]

type Event = {
  readonly kind: LeaseEvent
  readonly name: string
  readonly perform: (lab: Lab) => Promise<readonly string[]>
}

const commandEvent = (kind: LeaseEvent, command: string): Event => ({
  ...{ kind, name: command },
  perform: (lab) => runCommand(lab, command),
})

const stopOf = (stack: StackId, links: readonly string[]): string => {
  switch (stack) {
    case 'networkd':
    case 'netplan':
      return 'systemctl stop systemd-networkd.socket systemd-networkd'
    case 'netplan-nm':
    case 'nm-dispatcher':
    case 'nm-keyfile':
      return 'systemctl stop NetworkManager'
    case 'ifupdown':
    case 'ifupdown2':
    case 'ifupdown-ng':
      return 'systemctl stop networking && ifdown lo'
    case 'netifrc':
      return [...links, 'lo'].map((link) => `rc-service net.${link} stop`).join(' && ')
    case 'iproute2':
      return 'systemctl stop multihome-lab'
  }
}

async function differencesOf(
  rendering: Rendering,
  platform: Platform,
  host: Host,
): Promise<readonly string[]> {
  const { plan } = rendering
  const stackCommands = stackCommandsOf(platform, rendering)
  const early = await linesAddedBy(plan, host.before)
  const all = await linesAddedBy(plan, [...host.before, ...host.later])
  const own = plan.state.links.filter((link) => !isExternal(plan, link)).map((link) => link.name)
  const found: string[] = []
  const { prepare = [], ...spec } = hostOf(rendering, platform)
  const lab = await openLab({ ...spec, prepare: [...prepare, ...host.before] })
  const note = (name: string, lines: readonly string[]): void =>
    void found.push(...lines.map((line) => `${name}: ${line}`))
  const outlasting = (lines: readonly string[], kind: LeaseEvent): readonly string[] =>
    lines.filter((line) => survivalOf(line, platform, kind, host.link) !== 'goes')
  /** The lines that must be present after an event: without those that may get lost and did. */
  const outlasted = async (kind: LeaseEvent): Promise<readonly string[]> => {
    const rest = outlasting(all, kind)
    const isUncertain = (line: string): boolean =>
      survivalOf(line, platform, kind, host.link) === 'goes or stays'
    if (!rest.some(isUncertain)) return rest
    const here = stateLines(await lab.waitStable())
    return rest.filter((line) => !isUncertain(line) || here.includes(line))
  }
  /** Installs again what an event has deleted. */
  const install = async (): Promise<void> => {
    await lab.netExec([...host.before, ...host.later].join('\n'))
    note('added by hand', await compareWithPlan(lab, plan, all))
  }
  const events: readonly Event[] = [
    ...stackCommands.reloads.map((command) =>
      commandEvent(command.startsWith('netplan apply') ? 'apply' : 'reload', command),
    ),
    commandEvent('restart', stackCommands.restart),
    ...relinksOf(stackCommands, host.link).map((command, n) =>
      commandEvent(n === 0 ? 'relink' : 'reapply', command),
    ),
    {
      kind: 'carrier',
      name: `carrier of ${host.link} lost and back`,
      perform: async (lab) => {
        await loseCarrier(lab, host.link, stackCommands.withdraws)
        const here = stateLines(await lab.state())
        await lab.carrier(host.link, true)
        const rest = outlasting(all, 'carrier').filter((line) => !here.includes(line))
        return rest.map((line) => `- while it is lost: ${line}`)
      },
    },
  ]
  try {
    note('start', await compareWithPlan(lab, plan, outlasting(early, 'start')))
    await install()
    for (const { kind, name, perform } of events) {
      const wrong = await perform(lab)
      const rest = await outlasted(kind)
      note(name, [...wrong, ...(await compareWithPlan(lab, plan, rest))])
      if (rest.length < all.length) await install()
    }
    note('stop', await commandEvent('stop', stopOf(platform.stack, own)).perform(lab))
    const here = stateLines(await lab.waitStable())
    for (const line of all) {
      const isGone = survivalOf(line, platform, 'stop', host.link) === 'goes'
      if (isGone === here.includes(line)) note('stop', [`${isGone ? '+' : '-'} ${line}`])
    }
    if (lab.condition !== 'running') found.push(`! ${lab.condition}: ${await lab.failed()}`)
    return found
  } finally {
    await lab.close()
  }
}

/** Lines of other programs that are gone after networkd has reconfigured a link. */
async function lostOf(lab: Lab, lines: readonly string[]): Promise<readonly string[]> {
  await lab.exec('networkctl reconfigure eth0')
  const here = stateLines(await lab.waitStable())
  return lines.filter((line) => !here.includes(line))
}

/** systemd 247 deletes no rules; 257 also deletes multipath routes, which belong to no single link. */
function isTakenByNetworkd(line: string, debian: Debian): boolean {
  if (line.startsWith('rule ')) return debian > 11
  const isClosing = / type=(unreachable|blackhole)$/.test(line)
  if (debian === 11) return isClosing && line.startsWith('route 4 254 ')
  return isClosing || (debian === 13 && line.includes(' nexthops='))
}

const cells = hosts.flatMap((host) =>
  host.platforms.map((platform) => ({ ...platform, platform, host, name: host.name })),
)

const daemons = platformsFor(['networkd 12', 'networkd 11']).filter(
  ({ stack }) => stack === 'networkd' || stack === 'netplan',
)

describe.skipIf(inject('bootObstacle') !== '').concurrent('beside another program', () => {
  test.for(cells)('$name on $stack, Debian $debian', async ({ platform, host }, { skip }) => {
    const rendering = renderedHere(fixtureNamed(host.name).text, platform, skip)
    expect(await differencesOf(rendering, platform, host)).toEqual([])
  })

  test.for(daemons)(
    '$stack on Debian $debian takes what the drop-in of networkd.conf.d alone keeps',
    async (platform, { skip }) => {
      const rendering = mustRender(fixtureNamed('beside-tailscale').text, platform)
      const why = reasonToSkip(platform)
      if (why !== undefined) return skip(why)
      const lines = await linesAddedBy(rendering.plan, containers)
      const isDropIn = ({ path }: { readonly path: string }): boolean =>
        path === '/etc/systemd/networkd.conf.d/50-multihome.conf'
      const { prepare = [], tree, ...spec } = hostOf(rendering, platform)
      const lab = await openLab({
        ...{ ...spec, prepare: [...prepare, ...containers] },
        tree: tree.filter((file) => !isDropIn(file)),
      })
      try {
        const taken = lines.filter((line) => isTakenByNetworkd(line, platform.debian))
        expect(taken.length).toBeGreaterThan(0)
        expect(await lostOf(lab, lines)).toEqual(taken)
        await lab.install(tree.filter(isDropIn))
        await lab.exec('systemctl restart systemd-networkd')
        await lab.netExec(containers.join('\n'))
        expect(await lostOf(lab, lines)).toEqual([])
      } finally {
        await lab.close()
      }
    },
  )
})
