// A lab is one host with its providers: made, booted, asked, and cleared away whatever happens.
import { mkdirSync, mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { cgroupFolder, killCgroup, inCgroup } from './process/cgroup.js'
import { onExit } from './process/cleanup.js'
import {
  killMachine,
  execIn,
  waitForInit,
  restartMachine,
  startMachine,
  stopMachine,
} from './process/machine.js'
import type { StartingMachine, Machine, MachineSpec } from './process/machine.js'
import { inits } from './process/init.js'
import type { Init } from './process/init.js'
import { hideOtherClients } from './dhcp/dhcp-clients.js'
import type { DhcpClient } from './dhcp/dhcp-clients.js'
import { dnsmasqOptions } from './dhcp/dnsmasq-options.js'
import type { Lease } from './dhcp/lease.js'
import { killDhcpServer } from './dhcp/dhcp-server.js'
import type { Lock } from './process/lock.js'
import { carrier, lease, currentLeases, findPeer, provide } from './network/providers.js'
import type { Providers } from './network/providers.js'
import { ensureRoot, whyNoRoot } from './rootfs/rootfs.js'
import type { Debian } from './rootfs/rootfs.js'
import { runOrThrow, run, runSync, sleep } from './process/shell.js'
import type { Result } from './process/shell.js'
import { takeSlot } from './process/boot-semaphore.js'
import { hostFiles, openrcLinks } from './rootfs/host-files.js'
import { stackOf, unitLinks } from './stacks.js'
import type { Stack, StackId } from './stacks.js'
import { waitStable } from './state/wait-stable.js'
import { readState } from './state/state.js'
import type { State } from './state/state.js'
import { cleanUpOrphans } from './process/cleanup-orphans.js'
import { installLine, readTree, writeTree } from './rootfs/tree.js'
import type { TreeEntry } from './rootfs/tree.js'
import {
  deleteTopologyNow,
  deleteTopology,
  inside,
  createTopology,
  setCarrier,
  topologyNames,
} from './network/veth-topology.js'
import type { Peer } from './network/veth-topology.js'

export type LabSpec = {
  readonly stack: StackId
  readonly debian: Debian
  readonly tree: readonly TreeEntry[]
  readonly peers: readonly Peer[]
  /** Lines of shell in the host's network before it boots: what another program has laid by then. */
  readonly prepare?: readonly string[]
  /** Links that another program makes: the stack does not start them by itself. */
  readonly external?: readonly string[]
  /** Links without carrier while the host boots. */
  readonly withoutCarrier?: readonly string[]
  /** The only one that the host has; without a word all of them are there. */
  readonly client?: DhcpClient
}

export type Lab = {
  readonly stack: StackId
  /** A line of shell in the booted host. */
  readonly exec: (command: string, timeoutSeconds?: number) => Promise<Result>
  /** A line of shell in the network namespace of the peer at the other end of a link. */
  readonly peerExec: (link: string, command: string) => Promise<Result>
  /** A line of shell in the host's network, with this machine's programs. */
  readonly netExec: (command: string) => Promise<Result>
  readonly carrier: (link: string, on: boolean) => Promise<void>
  /** What dnsmasq at the other end of a link leases and advertises from now on, by hand. */
  readonly lease: (link: string, options: readonly string[]) => Promise<void>
  /** What the provider of a link gives from now on; nothing any more with `{}`. */
  readonly provide: (link: string, lease: Lease) => Promise<void>
  /** What the providers give at this moment. */
  readonly leases: () => ReadonlyMap<string, Lease>
  /** How often the provider of a link has said a word of DHCP (`DHCPACK`, `DHCPREPLY`) since it gives what it gives. */
  readonly countMessages: (link: string, word: string) => number
  /** Once nothing changes any more for some seconds (leases take longer to come); sooner where that is what was expected. */
  readonly waitStable: (isExpected?: (state: State) => boolean, quiet?: number) => Promise<State>
  /** As it is at this moment. */
  readonly state: () => Promise<State>
  readonly install: (files: readonly TreeEntry[]) => Promise<void>
  /** `running`, or what systemd says instead. */
  readonly condition: string
  readonly log: () => Promise<string>
  /** Units or services that failed, one a line. */
  readonly failed: () => Promise<string>
  /**
   * Boots the host again from the files that it has: all its processes are killed, or it is told by a shell command.
   * What was asked of this lab is asked of the returned one from then on.
   */
  readonly reboot: (command?: string) => Promise<Lab>
  readonly close: () => Promise<void>
}

type LabResources = Providers & {
  readonly folder: string
  /** Of the host. */
  readonly cgroup: string
  /** All at once, for a signal handler too. */
  readonly cleanUp: () => void
  machine?: StartingMachine
  slot?: Lock
}

let serial = 0

/** Why no host at all can boot on this machine, in one line; undefined when one can. */
export function whyNoLab(): string | undefined {
  if (process.platform !== 'linux' || process.getuid?.() !== 0) return 'only root on Linux can boot a host'
  if (cgroupFolder() === undefined) return 'no cgroup2 is mounted'
  for (const tool of ['ip', 'nsenter', 'unshare', 'setpriv', 'flock', 'tar', 'nft', 'perl', 'ping']) {
    if (!runSync(['sh', '-c', `command -v ${tool}`])) return `no ${tool}`
  }
  return undefined
}

/** Why this stack cannot boot on a machine that boots others. */
export function whyNoBoot(id: StackId, debian: Debian): string | undefined {
  if (id === 'netifrc' && netifrcTree() === undefined) return 'no netifrc (set NETIFRC_TREE)'
  return whyNoRoot(stackOf(id).root, debian)
}

export function netifrcTree(): string | undefined {
  const named = process.env['NETIFRC_TREE']
  return named === undefined || named === '' ? undefined : named
}

export async function openLab(spec: LabSpec): Promise<Lab> {
  cleanUpOrphans()
  const stack = stackOf(spec.stack)
  const root = await ensureRoot(stack.root, spec.debian)
  const topology = topologyNames(spec.peers.length, (serial += 1))
  const name = topology.host.replace(/-host$/, '')
  const folder = mkdtempSync(join(tmpdir(), `${name}-`))
  const cgroup = join(cgroupFolder() ?? '/', name)
  const resources: LabResources = {
    ...{
      topology,
      folder,
      cgroup,
      toolsCgroup: `${cgroup}-around`,
      dhcpServers: new Map(),
      peers: [...spec.peers],
    },
    cleanUp: onExit(() => cleanUp(resources)),
  }
  try {
    resources.slot = await takeSlot()
    return await bootHost(spec, stack, root, resources)
  } catch (error) {
    resources.cleanUp()
    throw error
  }
}

async function bootHost(spec: LabSpec, stack: Stack, root: string, resources: LabResources): Promise<Lab> {
  const stage = join(resources.folder, 'stage')
  const mount = join(resources.folder, 'mount')
  mkdirSync(stage)
  mkdirSync(mount)
  mkdirSync(resources.toolsCgroup)
  const external = spec.external ?? []
  const virtualLinks = spec.peers.flatMap((peer) => peer.upperLinks ?? [])
  const serviceLinks = [...spec.peers.flatMap((peer) => peer.links), ...virtualLinks].filter(
    (name) => !external.includes(name),
  )
  const clients = spec.client === undefined ? [] : hideOtherClients(spec.client)
  const hostTree = [...hostFiles(stack, spec.tree), ...clients, ...spec.tree]
  const start =
    stack.init === 'systemd'
      ? unitLinks(stack, hostTree)
      : [...readTree(netifrcTree() ?? ''), ...openrcLinks(serviceLinks)]
  writeTree(stage, [...start, ...hostTree])
  await createNetwork(spec, resources)
  const console = join(resources.folder, 'console')
  const { topology, cgroup } = resources
  const sys: MachineSpec['sys'] = stack.writesSys === true ? 'rw' : 'ro'
  const init = inits[stack.init].command
  const machine = { netns: topology.host, root, stage, mount, console, cgroup, init, sys }
  resources.machine = startMachine(machine)
  return labOfStarted(spec, stack, resources, machine)
}

/** The network around the host, and in it what is there before the host boots. */
async function createNetwork(spec: LabSpec, resources: LabResources): Promise<void> {
  await createTopology(resources.topology, spec.peers)
  await runOrThrow(inside(resources.topology.host, ['sh', '-ec', (spec.prepare ?? []).join('\n')]))
  for (const [n, peer] of spec.peers.entries()) {
    await lease(
      resources,
      resources.topology.peers[n] ?? '',
      peer.dnsmasq ?? dnsmasqOptions(peer.lease ?? {}),
    )
  }
  for (const link of spec.withoutCarrier ?? []) await setCarrier(resources.topology, spec.peers, link, false)
}

async function labOfStarted(
  spec: LabSpec,
  stack: Stack,
  resources: LabResources,
  machineSpec: MachineSpec,
): Promise<Lab> {
  if (resources.machine === undefined) throw new Error('no host was started')
  const machine = await waitForInit(resources.machine, machineSpec)
  const condition = await waitForBoot(machine, inits[stack.init])
  if (stack.ready !== undefined) await execIn(machine, stack.ready)
  const virtualLinks = spec.peers.flatMap((peer) => peer.upperLinks ?? [])
  if (stack.init === 'systemd') for (const link of virtualLinks) await execIn(machine, applySysctlsOf(link))
  for (const link of spec.external ?? []) await execIn(machine, startExternal(stack, link))
  const lab = labOf({ ...spec, init: stack.init }, resources, machine, condition, machineSpec.console)
  return {
    ...lab,
    reboot: async (command) => {
      const options = {
        between: () => recreateNetwork(spec, resources),
        ...(command === undefined ? {} : { command }),
      }
      resources.machine = await restartMachine(machine, machineSpec, options)
      return labOfStarted(spec, stack, resources, machineSpec)
    },
  }
}

/** Rules, routes and addresses end with the host's network namespace, as they do with a kernel. */
async function recreateNetwork(spec: LabSpec, resources: LabResources): Promise<void> {
  for (const dhcpServer of resources.dhcpServers.values()) killDhcpServer(dhcpServer)
  resources.dhcpServers.clear()
  await deleteTopology(resources.topology)
  resources.peers.splice(0, resources.peers.length, ...spec.peers)
  await createNetwork(spec, resources)
}

/** What udev does when a link appears (99-systemd.rules); there is none here. */
const applySysctlsOf = (link: string): string =>
  `for try in $(seq 50); do test ! -e /sys/class/net/${link} || break; sleep 0.1; done
/lib/systemd/systemd-sysctl --prefix=/net/ipv4/conf/${link} --prefix=/net/ipv6/conf/${link}`

/** What the link's maker is to do, says netifrc's documentation; other stacks notice a link, or have seen it at boot. */
function startExternal(stack: Stack, link: string): string {
  return stack.id === 'netifrc' ? `test ! -e /etc/init.d/net.${link} || rc-service net.${link} start` : 'true'
}

async function waitForBoot(machine: Machine, init: Init): Promise<string> {
  let answer = ''
  for (let tries = 0; tries < 300; tries += 1) {
    answer = (await execIn(machine, init.condition)).stdout.trim()
    if (['running', 'degraded', 'maintenance'].includes(answer)) return answer
    await sleep(0.2)
  }
  return answer === '' ? 'never answered' : answer
}

function labOf(
  spec: LabSpec & Pick<Stack, 'init'>,
  resources: LabResources,
  machine: Machine,
  condition: string,
  console: string,
): Omit<Lab, 'reboot'> {
  const peerOf = (link: string): string => findPeer(resources, link).netns
  const inTools = (netns: string, command: string): readonly string[] =>
    inCgroup(resources.toolsCgroup, inside(netns, ['sh', '-c', command]))
  return {
    stack: spec.stack,
    condition,
    exec: (command, timeoutSeconds) => execIn(machine, command, timeoutSeconds),
    peerExec: (link, command) => run(inTools(peerOf(link), command)),
    netExec: (command) => run(inTools(resources.topology.host, command)),
    carrier: (link, on) => carrier(resources, link, on),
    lease: (link, options) => lease(resources, peerOf(link), options),
    provide: (link, newLease) => provide(resources, link, newLease),
    leases: () => currentLeases(resources),
    countMessages: (link, word) =>
      (resources.dhcpServers.get(peerOf(link))?.output() ?? '').split(`${word}(`).length - 1,
    waitStable: (isExpected, quiet = resources.dhcpServers.size > 0 ? 4 : 1) => {
      const leases = currentLeases(resources)
      return waitStable(resources.topology.host, {
        quiet,
        leases,
        ...(isExpected === undefined ? {} : { isExpected }),
      })
    },
    state: () => readState(resources.topology.host, currentLeases(resources)),
    install: async (files) => {
      const { code, stderr } = await execIn(machine, files.map(installLine).join('\n'))
      if (code !== 0) throw new Error(stderr)
    },
    log: async () => {
      const { stdout, stderr } = await execIn(machine, inits[spec.init].log)
      return readFileSync(console, 'utf8') + stdout + stderr
    },
    failed: async () => (await execIn(machine, inits[spec.init].failed)).stdout,
    close: () => close(resources),
  }
}

async function close(resources: LabResources): Promise<void> {
  if (resources.machine !== undefined) await stopMachine(resources.machine)
  await deleteTopology(resources.topology)
  resources.cleanUp()
}

function cleanUp({ dhcpServers, machine, toolsCgroup, topology, folder, slot }: LabResources): void {
  for (const dhcpServer of dhcpServers.values()) killDhcpServer(dhcpServer)
  if (machine !== undefined) killMachine(machine)
  killCgroup(toolsCgroup)
  deleteTopologyNow(topology)
  rmSync(folder, { recursive: true, force: true })
  slot?.release()
}
