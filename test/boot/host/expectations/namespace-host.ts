// A host without a boot: a namespace in its wires, and what plain `ip` commands lay there.
import type { KernelPlan } from '../../../../src/plan/plan.js'
import { linkCommands, createCommand } from '../../../../src/syntax/iproute2.js'
import { commandLine } from '../../../../src/syntax/shell.js'
import type { Lab } from '../../lab/lab.js'
import { atEnd } from '../../lab/process/cleanup.js'
import { must, run } from '../../lab/process/shell.js'
import {
  cutWires,
  deleteWires,
  inside,
  isBehind,
  layWires,
  wireNames,
} from '../../lab/network/veth-topology.js'
import { foreignCommands, isForeign } from '../other-programs/external-addressing.js'
import { neighboursOf } from '../neighbours.js'

export type LaidHost = Pick<Lab, 'netExec' | 'peerExec'> & {
  readonly netns: string
  readonly lay: (lines: readonly string[]) => Promise<void>
}

let serial = 1000

/** In the wires of a plan; gone when `use` is through. */
export async function withLaidHost<T>(plan: KernelPlan, use: (host: LaidHost) => Promise<T>): Promise<T> {
  const peers = neighboursOf(plan)
  const wires = wireNames(peers.length, (serial += 1))
  const clear = atEnd(() => cutWires(wires))
  const shell = (netns: string, command: string): ReturnType<typeof run> =>
    run(inside(netns, ['sh', '-c', command]))
  const lay = async (lines: readonly string[]): Promise<void> =>
    void (await must(inside(wires.host, ['sh', '-ec', lines.join('\n')])))
  try {
    await layWires(wires, peers)
    // No waiting for duplicate checks: nobody else is here.
    await lay(['for key in /proc/sys/net/ipv6/conf/*/accept_dad; do echo 0 > "$key"; done'])
    return await use({
      ...{ netns: wires.host, lay },
      netExec: (command) => shell(wires.host, command),
      peerExec: (link, command) => {
        const at = peers.findIndex((peer) => isBehind(peer, link))
        return shell(wires.peers[at] ?? '', command)
      },
    })
  } finally {
    await deleteWires(wires)
    clear()
  }
}

/** The links of a plan, up and with their addresses, whoever is to lay them. */
export const linkLines = (plan: KernelPlan): readonly string[] => [
  ...foreignCommands(plan),
  ...plan.state.links
    .filter((link) => !isForeign(plan, link))
    .flatMap(({ name, virtual }) =>
      virtual === undefined ? [] : [commandLine(createCommand(name, virtual))],
    ),
  ...plan.state.links
    .filter((link) => !isForeign(plan, link))
    .flatMap((link) => linkCommands(link).map(commandLine)),
]
