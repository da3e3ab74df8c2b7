// From one stack to another by `apply.sh --replace`, on booted hosts: the same packets before and after, a connection
// that lasts, and the previous stack again if nobody confirms or the host reboots.
import { describe, expect, inject, test } from 'vitest'
import { connectFromPeer } from './checks/connection.js'
import {
  applyTree,
  copyTree,
  differencesFrom,
  lastLog,
  notReverted,
  snapshot,
  startTree,
  waitForPhase,
} from './host/actions/apply-program.js'
import type { Rendering } from './host/rendering.js'
import {
  answersOf,
  handWrittenHost,
  hostNamed,
  renderedImport,
  wrongOf,
  type Host,
} from './import/hand-written.js'
import { openLab, type Lab } from './lab/lab.js'
import { unitFolder, type StackId } from './lab/stacks.js'

type Move = {
  readonly tree: string
  readonly to: StackId
  /** As `--replace` names it. */
  readonly replaced: string
  /** A link and the host's address on it, for a connection from its peer. */
  readonly connection: readonly [link: string, address: string]
}

const moves: readonly Move[] = [
  {
    ...{ tree: 'hosting-second-network', to: 'netplan', replaced: 'ifupdown' },
    connection: ['eth0', '192.0.2.10'],
  },
  {
    ...{ tree: 'three-files-that-merge', to: 'networkd', replaced: 'netplan' },
    connection: ['ens3', '192.0.2.10'],
  },
  {
    ...{ tree: 'hosting-second-network', to: 'nm-keyfile', replaced: 'ifupdown' },
    connection: ['eth0', '192.0.2.10'],
  },
  {
    ...{ tree: 'made-by-nmcli', to: 'networkd', replaced: 'NetworkManager' },
    connection: ['eth0', '192.0.2.10'],
  },
  {
    ...{ tree: 'gateways-in-both-network-sections', to: 'nm-keyfile', replaced: 'networkd' },
    connection: ['eth0', '192.0.2.10'],
  },
  {
    ...{ tree: 'metrics-of-lease-and-gateway', to: 'networkd', replaced: 'ifupdown' },
    connection: ['eth1', '198.51.100.10'],
  },
]

const tree = '/root/tree'

/** The lab masks the units of other stacks. On a real host they are only disabled. */
const unmask = (units: readonly string[]): string =>
  `cd ${unitFolder} && rm ${units.join(' ')} && systemctl daemon-reload && systemctl disable ${units.join(' ')}`

const networkd = ['systemd-networkd.service', 'systemd-networkd.socket']
const masked = (stack: StackId): readonly string[] =>
  stack === 'nm-keyfile' ? ['NetworkManager.service', 'NetworkManager-dispatcher.service'] : networkd

async function moveHost(
  host: Host,
  rendering: Rendering,
  { to, replaced, connection: [link, address] }: Move,
): Promise<readonly string[]> {
  const found: string[] = []
  const note = (scenario: string, lines: readonly string[]): void => {
    found.push(...lines.map((line) => `${scenario}: ${line}`))
  }
  const end = async (
    { code, stdout }: { readonly code: number; readonly stdout: string },
    expected: number,
    text: string,
  ): Promise<readonly string[]> =>
    code === expected && stdout.includes(text)
      ? []
      : [`exit ${code} instead of ${expected} with “${text}”: ${stdout}${await lastLog(lab)}`]
  const replace = `--replace ${replaced}`
  let lab: Lab = await openLab(handWrittenHost(host))
  try {
    await lab.waitStable()
    if (replaced !== 'netplan') await lab.exec(unmask(masked(to)))
    await copyTree(lab, rendering, tree)
    const answers = await answersOf(lab, host.tree)
    const before = await snapshot(lab)
    note('refused', [
      ...(await end(await applyTree(lab, tree), 3, `(fix: ${replace})`)),
      ...(await differencesFrom(lab, before)),
    ])
    const first = await connectFromPeer(lab, link, address)
    note('not confirmed', [
      ...(await end(await applyTree(lab, tree, `${replace} --confirm-within 2`), 1, 'nobody confirmed')),
      ...(await differencesFrom(lab, before)),
      ...(await first.problems()),
    ])
    note('rebooted while it waits', [
      ...(await waitsFor(lab, replace)),
      ...(await reboot()),
      ...(await notReverted(lab)),
      ...(await differencesFrom(lab, before)),
    ])
    const second = await connectFromPeer(lab, link, address)
    note('confirmed', [
      ...(await waitsFor(lab, replace)),
      ...(await end(await applyTree(lab, tree, '--confirm'), 0, 'confirmed')),
      ...(await asPlanned(answers)),
      ...(await second.problems()),
      // Rules that apply.sh cannot attribute to the previous stack.
      ...(await lab.exec('grep stays /root/said')).stdout.split('\n').filter((line) => line !== ''),
      ...(await end(await applyTree(lab, tree, replace), 0, 'nothing to do')),
    ])
    note('rebooted afterwards', [...(await reboot()), ...(await asPlanned(answers))])
    return found
  } finally {
    await lab.close()
  }

  async function reboot(): Promise<readonly string[]> {
    lab = await lab.reboot()
    await lab.waitStable()
    return []
  }

  async function asPlanned(answers: readonly string[]): Promise<readonly string[]> {
    await lab.waitStable()
    const now = await answersOf(lab, host.tree)
    const changed = host.tree.packets.flatMap(({ get }, n) =>
      now[n] === answers[n] ? [] : [`${get}: ${answers[n]}, then ${now[n]}`],
    )
    return [...(await wrongOf(lab, rendering.plan, host)), ...changed]
  }
}

/** Empty if the files wait to be confirmed. */
async function waitsFor(lab: Lab, options: string): Promise<readonly string[]> {
  await startTree(lab, tree, `${options} --confirm-within 200`)
  return (await waitForPhase(lab, 'waiting'))
    ? []
    : [`never waits to be confirmed: ${await lastLog(lab)}${(await lab.exec('cat /root/said')).stdout}`]
}

describe.skipIf(inject('bootObstacle') !== '').concurrent('from one stack to another', () => {
  test.for(moves)('$tree to $to', { timeout: 900_000 }, async (move, { skip }) => {
    const host = hostNamed(move.tree)
    const rendering = renderedImport(host, { ...host.platform, stack: move.to })
    if (typeof rendering === 'string') return skip(rendering)
    expect(await moveHost(host, rendering, move)).toEqual([])
  })
})
