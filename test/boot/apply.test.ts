// apply.sh on booted hosts: it confirms good changes and reverts all others, even if it is killed or the host
// reboots.
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, inject, test } from 'vitest'
import {
  applyTree,
  copyTree,
  differencesFrom,
  killIn,
  killSession,
  lastLog,
  notReverted,
  phases,
  snapshot,
  startTree,
  unanswered,
  victims,
  waitForPhase,
} from './host/actions/apply-program.js'
import { bootHost, compareWithPlan, hostOf } from './host/host.js'
import { preinstalledLeftovers, preinstalledFiles } from './host/actions/preinstalled-config.js'
import { mustRender } from './host/rendering.js'
import type { Platform, Rendering } from './host/rendering.js'
import { openLab } from './lab/lab.js'
import type { Lab } from './lab/lab.js'
import { stackIds } from './lab/stacks.js'
import type { StackId } from './lab/stacks.js'
import { renderedHere } from './run/skip-policy.js'
import { platformsFor } from './run/selection.js'

const textOf = (name: string): string =>
  readFileSync(join(import.meta.dirname, 'changes', `${name}.yaml`), 'utf8')

/** A stack whose tree the host must reject. */
const otherStack: Readonly<Record<StackId, StackId>> = {
  ...{ networkd: 'ifupdown', netplan: 'networkd', 'netplan-nm': 'nm-keyfile' },
  ...{ 'nm-dispatcher': 'netplan', 'nm-keyfile': 'networkd', ifupdown: 'networkd', ifupdown2: 'ifupdown' },
  ...{ 'ifupdown-ng': 'ifupdown2', netifrc: 'ifupdown', iproute2: 'networkd' },
}

/** Addresses of two-gateways.yaml that answer strangers, with the link of their provider. */
const answeringAddresses = [
  ['wan0', '192.0.2.10'],
  ['wan0', '2001:db8:a::10'],
  ['wan1', '198.51.100.10'],
  ['wan1', '2001:db8:b::10'],
] as const

const tree = (name: string): string => `/root/${name}`

/** Collects the problems of a host, each with the name of its scenario. */
function createScenarios(lab: () => Lab) {
  const found: string[] = []
  const end = async (
    { code, stdout }: Ended,
    expectedCode: number,
    words: string,
  ): Promise<readonly string[]> => {
    if (code === expectedCode && stdout.includes(words)) return []
    return [`exit ${code} instead of ${expectedCode} with “${words}”: ${stdout}${await lastLog(lab())}`]
  }
  return {
    found,
    /** Empty if the program ended with this status and printed this text. */
    end,
    scenario: async (name: string, run: () => Promise<readonly string[]>): Promise<void> => {
      const lines = await run()
      found.push(...lines.map((line) => `${name}: ${line}`))
    },
  }
}

type Ended = { readonly code: number; readonly stdout: string }

const leftovers = async (lab: Lab): Promise<readonly string[]> => {
  const { stdout } = await lab.exec('find /etc /usr/local -name ".multihome*"')
  return stdout === '' ? [] : [`left: ${stdout}`]
}

type Scenarios = ReturnType<typeof createScenarios>

/** A host with the files that its distribution installs, and copies of the trees. */
type PlainHost = Scenarios & {
  readonly lab: Lab
  readonly trees: Readonly<Record<'good' | 'third' | 'renumbered', Rendering>>
  readonly files: ReturnType<typeof preinstalledFiles>['files']
  /** Removes the preinstalled files that the trees exclude. */
  readonly removePreinstalled: () => Promise<void>
  /** Differences from a plan, without those that preinstalled files explain. */
  readonly differences: (plan: Rendering['plan']) => Promise<readonly string[]>
}

async function onPlainHost(
  platform: Platform,
  good: Rendering,
  use: (host: PlainHost) => Promise<void>,
): Promise<readonly string[]> {
  const trees = {
    good,
    third: mustRender(textOf('third-gateway'), platform),
    renumbered: mustRender(textOf('renumbered'), platform),
    'cut-off': mustRender(textOf('cut-off'), platform),
    other: mustRender(textOf('two-gateways'), { ...platform, stack: otherStack[platform.stack] }),
    lacking: mustRender(textOf('third-gateway').replaceAll('wan2', 'wan9'), platform),
  }
  const { files, gone } = preinstalledFiles(platform.stack)
  const left = preinstalledLeftovers(platform.stack)
  const spec = hostOf(good, platform, trees.third.plan, trees.renumbered.plan)
  const external = trees.third.plan.state.links.map((link) => link.name)
  const lab = await openLab({ ...spec, tree: files, external })
  const scenarios = createScenarios(() => lab)
  try {
    for (const [name, rendering] of Object.entries(trees)) await copyTree(lab, rendering, tree(name))
    await use({
      ...scenarios,
      lab,
      trees,
      files,
      removePreinstalled: async () => {
        for (const { path } of gone) await lab.exec(`rm -f '${path}'`)
      },
      differences: async (plan) => (await compareWithPlan(lab, plan)).filter((line) => !left.includes(line)),
    })
    return scenarios.found
  } finally {
    await lab.close()
  }
}

async function appliesGoodTrees(host: PlainHost): Promise<void> {
  const { lab, trees, files, end, scenario, differences } = host
  let before = await snapshot(lab)
  await scenario('refused', async () => [
    // A host without network configuration accepts the tree of every stack.
    ...(files.length === 0 ? [] : await end(await applyTree(lab, tree('other')), 3, 'nothing was changed')),
    ...(await end(await applyTree(lab, tree('lacking')), 3, 'there is no link wan9')),
    ...(await differencesFrom(lab, before)),
  ])
  await host.removePreinstalled()
  await scenario('from nothing', async () => {
    const run = await startTree(lab, tree('good'), '--confirm-within 200')
    await waitForPhase(lab, 'prepared')
    return [
      ...(await end(await applyTree(lab, tree('third')), 4, 'another application')),
      ...((await waitForPhase(lab, 'waiting')) ? [] : ['never waits to be confirmed']),
      ...(await end(await applyTree(lab, tree('good'), '--confirm'), 0, 'confirmed')),
      ...(await end(await run.ended(), 0, 'confirmed')),
      ...(await differences(trees.good.plan)),
      ...(await leftovers(lab)),
      ...(await unanswered(lab, answeringAddresses)),
    ]
  })
  before = await snapshot(lab)
  await scenario('once more', async () => [
    ...(await end(await applyTree(lab, tree('good')), 0, 'nothing to do')),
    ...(await end(await applyTree(lab, tree('other')), 3, 'nothing was changed')),
    ...(await differencesFrom(lab, before)),
  ])
  await scenario('a check command that succeeds', async () => {
    const check = `--check-command 'ping -c 1 203.0.113.1'`
    return [
      ...(await end(await applyTree(lab, tree('third'), check), 0, 'confirmed')),
      ...(await differences(trees.third.plan)),
    ]
  })
  await scenario('confirmed by itself', async () => [
    ...(await end(await applyTree(lab, tree('renumbered'), '--confirm-within 0'), 0, 'confirmed')),
    ...(await differences(trees.renumbered.plan)),
    ...(await leftovers(lab)),
  ])
}

async function applyGoodTree({ lab, scenario, end, removePreinstalled }: PlainHost): Promise<void> {
  await removePreinstalled()
  await scenario('a first installation', async () =>
    end(await applyTree(lab, tree('good'), '--confirm-within 0'), 0, 'confirmed'),
  )
}

async function revertsWhatIsCutOff(host: PlainHost): Promise<void> {
  const { lab, end, scenario } = host
  const empty = await snapshot(lab)
  await scenario('cut off from nothing', async () => [
    ...(await end(await applyTree(lab, tree('cut-off'), '--confirm-within 10'), 1, 'reverted')),
    ...(await differencesFrom(lab, empty)),
  ])
  await applyGoodTree(host)
  const before = await snapshot(lab)
  await scenario('cut off', async () => {
    const run = await startTree(lab, tree('cut-off'), '--confirm-within 200')
    await waitForPhase(lab, 'waiting')
    const lost = await unanswered(lab, answeringAddresses)
    return [
      ...(lost.length === answeringAddresses.length ? [] : [`still answers, except for ${lost.join()}`]),
      ...(await end(await run.ended(), 1, 'the network is gone')),
      ...(await differencesFrom(lab, before)),
      ...(await unanswered(lab, answeringAddresses)),
    ]
  })
}

async function revertsWhatNobodyConfirms(host: PlainHost): Promise<void> {
  const { lab, end, scenario } = host
  await applyGoodTree(host)
  const before = await snapshot(lab)
  await scenario('a check command that fails', async () => {
    const check = `--confirm-within 3 --check-command 'ping -c 1 -W 1 192.0.2.1'`
    return [
      ...(await end(await applyTree(lab, tree('renumbered'), check), 1, 'nobody confirmed in time')),
      ...(await differencesFrom(lab, before)),
    ]
  })
  await scenario('not confirmed', async () => [
    ...(await end(await applyTree(lab, tree('third'), '--confirm-within 2'), 1, 'nobody confirmed in time')),
    ...(await differencesFrom(lab, before)),
  ])
  await scenario('a session that is killed', async () => {
    await startTree(lab, tree('third'), '--confirm-within 200')
    await waitForPhase(lab, 'waiting')
    await killSession(lab)
    return [...(await notReverted(lab)), ...(await differencesFrom(lab, before))]
  })
  await scenario('a session that hangs up', async () => {
    const run = await startTree(lab, tree('renumbered'), '--confirm-within 200')
    await waitForPhase(lab, 'steps')
    await lab.exec(`kill -HUP $(head -n 1 /var/lib/multihome/pending/session | cut -d ' ' -f 1)`)
    return [
      ...(await end(await run.ended(), 1, 'the session has ended')),
      ...(await differencesFrom(lab, before)),
    ]
  })
}

/** Each on a host of its own, since they mostly wait for timers. */
async function applyAndRevert(platform: Platform, good: Rendering): Promise<readonly string[]> {
  const hosts = [appliesGoodTrees, revertsWhatIsCutOff, revertsWhatNobodyConfirms]
  return (await Promise.all(hosts.map((use) => onPlainHost(platform, good, use)))).flat()
}

/** How an application ends after both of its processes were killed. */
const endings = ['--revert', '--confirm-within 2'] as const

/** Phases in which the host reboots: all processes are killed at once, or the init stops them in order. */
const reboots = [
  ['files', 'at once'],
  ['steps', 'in order'],
  ['steps', 'at once'],
  ['waiting', 'in order'],
  ['reverting', 'at once'],
] as const

/**
 * The programs are the same on every stack. All combinations run on the stacks with the fewest, the most and the
 * slowest steps; the others run each phase once.
 */
const killsOn = ({ stack, debian }: Platform) => {
  const killsAll = debian === 13 && ['networkd', 'ifupdown', 'nm-keyfile'].includes(stack)
  const all = phases.flatMap((phase) => victims.map((victim) => ({ phase, victim })))
  const offset = stackIds.indexOf(stack) + debian
  return killsAll ? all : phases.map((phase, n) => ({ phase, victim: victims[(n + offset) % 3] ?? 'both' }))
}

/** Hosts that share the work: each scenario waits for timers, and returns the host to where it was. */
const hostCount = 3

async function killAndReboot(platform: Platform, good: Rendering): Promise<readonly string[]> {
  const kills = killsOn(platform).map((kill, n) => ({ ...kill, delay: [0, 0.1, 0.4, 1][n % 4] ?? 0, n }))
  const found = await Promise.all(
    Array.from({ length: hostCount }, (_, host) =>
      onRebootingHost(platform, good, {
        kills: kills.filter(({ n }) => Math.floor((n * hostCount) / kills.length) === host),
        reboots: reboots.filter((_reboot, n) => n % hostCount === host),
        endsConfirmed: host === 0,
      }),
    ),
  )
  return found.flat()
}

type Interruptions = {
  readonly kills: readonly (ReturnType<typeof killsOn>[number] & {
    /** Seconds into the phase. */
    readonly delay: number
    readonly n: number
  })[]
  readonly reboots: readonly (typeof reboots)[number][]
  /** At last the next tree is confirmed, by another process. */
  readonly endsConfirmed: boolean
}

async function onRebootingHost(
  platform: Platform,
  good: Rendering,
  interruptions: Interruptions,
): Promise<readonly string[]> {
  const next = mustRender(textOf('renumbered'), platform)
  let lab = await bootHost(good, platform, next.plan)
  const { found, end, scenario } = createScenarios(() => lab)
  const reboot = async (how: 'at once' | 'in order'): Promise<void> => {
    // Debian's OpenRC has no reboot command here.
    const command = how === 'in order' && platform.stack !== 'netifrc' ? 'systemctl reboot' : undefined
    lab = await lab.reboot(command)
  }
  try {
    await copyTree(lab, next, tree('next'))
    const before = await snapshot(lab)
    for (const { phase, victim, delay, n } of interruptions.kills) {
      await scenario(`${victim} killed ${delay} s into ${phase}`, async () => {
        await startTree(lab, tree('next'), '--confirm-within 3')
        await killIn(lab, phase, victim, delay)
        // Children of the killed processes may hold the lock for a moment.
        if (victim === 'both') await lab.exec('sleep 2')
        const ending = victim === 'both' ? await applyTree(lab, tree('next'), endings[n % 2]) : undefined
        return [
          ...(ending === undefined || ending.code <= 1 ? [] : await end(ending, 0, '')),
          ...(await notReverted(lab)),
          ...(await differencesFrom(lab, before)),
        ]
      })
    }
    for (const [phase, how] of interruptions.reboots) {
      await scenario(`rebooted ${how} in ${phase}`, async () => {
        await startTree(lab, tree('next'), `--confirm-within ${phase === 'reverting' ? 1 : 200}`)
        await waitForPhase(lab, phase)
        await reboot(how)
        return [
          ...(await notReverted(lab)),
          ...(await compareWithPlan(lab, good.plan)),
          ...(await differencesFrom(lab, before)),
        ]
      })
    }
    if (!interruptions.endsConfirmed) return found
    await scenario('confirmed by another process, and rebooted', async () => {
      await startTree(lab, tree('next'), '--confirm-within 200')
      await killIn(lab, 'waiting', 'both', 0)
      const confirmed = await end(await applyTree(lab, tree('next'), '--confirm'), 0, 'confirmed')
      const here = await compareWithPlan(lab, next.plan)
      await reboot('in order')
      return [...confirmed, ...here, ...(await compareWithPlan(lab, next.plan)), ...(await leftovers(lab))]
    })
    return found
  } finally {
    await lab.close()
  }
}

const longTimeout = { timeout: 1_500_000 }
const platforms = platformsFor(['networkd 12', 'ifupdown 11', 'netplan-nm 12'])

describe.skipIf(inject('bootObstacle') !== '').concurrent('apply.sh', () => {
  test.for(platforms)(
    'applies or reverts on $stack, Debian $debian',
    longTimeout,
    async (platform, { skip }) => {
      const good = renderedHere(textOf('two-gateways'), platform, skip)
      expect(await applyAndRevert(platform, good)).toEqual([])
    },
  )

  test.for(platforms)(
    'survives SIGKILL and reboots on $stack, Debian $debian',
    longTimeout,
    async (platform, { skip }) => {
      const good = renderedHere(textOf('two-gateways'), platform, skip)
      expect(await killAndReboot(platform, good)).toEqual([])
    },
  )
})
