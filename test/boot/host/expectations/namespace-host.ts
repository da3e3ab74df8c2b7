// A host without a boot: a network namespace with the virtual links of a plan, configured by plain `ip` commands.
import type { KernelPlan } from '../../../../src/plan/plan.js'
import { linkCommands, createCommand } from '../../../../src/syntax/iproute2.js'
import { commandLine } from '../../../../src/syntax/shell.js'
import type { Lab } from '../../lab/lab.js'
import { onExit } from '../../lab/process/cleanup.js'
import { runOrThrow, run } from '../../lab/process/shell.js'
import {
  deleteTopologyNow,
  deleteTopology,
  inNetns,
  isReachedThrough,
  createTopology,
  topologyNames,
} from '../../lab/network/veth-topology.js'
import { externalCommands, isExternal } from '../other-programs/external-addressing.js'
import { neighboursOf } from '../neighbours.js'

export type NamespaceHost = Pick<Lab, 'netExec' | 'peerExec'> & {
  readonly netns: string
  readonly install: (lines: readonly string[]) => Promise<void>
}

let serial = 1000

/** Creates the links of a plan, and deletes them after `use`. */
export async function withNamespaceHost<T>(
  plan: KernelPlan,
  use: (host: NamespaceHost) => Promise<T>,
): Promise<T> {
  const peers = neighboursOf(plan)
  const topology = topologyNames(peers.length, (serial += 1))
  const clear = onExit(() => deleteTopologyNow(topology))
  const shell = (netns: string, command: string): ReturnType<typeof run> =>
    run(inNetns(netns, ['sh', '-c', command]))
  const install = async (lines: readonly string[]): Promise<void> =>
    void (await runOrThrow(inNetns(topology.host, ['sh', '-ec', lines.join('\n')])))
  try {
    await createTopology(topology, peers)
    // No duplicate address detection: the peers have other addresses.
    await install(['for key in /proc/sys/net/ipv6/conf/*/accept_dad; do echo 0 > "$key"; done'])
    return await use({
      ...{ netns: topology.host, install },
      netExec: (command) => shell(topology.host, command),
      peerExec: (link, command) => {
        const at = peers.findIndex((peer) => isReachedThrough(peer, link))
        return shell(topology.peers[at] ?? '', command)
      },
    })
  } finally {
    await deleteTopology(topology)
    clear()
  }
}

/** Commands for the links of a plan with their addresses, including external ones. */
export const linkLines = (plan: KernelPlan): readonly string[] => [
  ...externalCommands(plan),
  ...plan.state.links
    .filter((link) => !isExternal(plan, link))
    .flatMap(({ name, virtual }) =>
      virtual === undefined ? [] : [commandLine(createCommand(name, virtual))],
    ),
  ...plan.state.links
    .filter((link) => !isExternal(plan, link))
    .flatMap((link) => linkCommands(link).map(commandLine)),
]
