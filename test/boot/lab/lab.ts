// Lab: one host with its providers, from creation to cleanup.
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
  inNetns,
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
  /**
   * Shell commands in the host's network namespace before the boot, which install what other programs have added by
   * then.
   */
  readonly prepare?: readonly string[]
  /** Links that another program creates; the stack does not start them by itself. */
  readonly external?: readonly string[]
  /** Virtual links that the stack creates. */
  readonly virtualLinks?: readonly string[]
  /** Links without carrier during the boot. */
  readonly withoutCarrier?: readonly string[]
  /** The only DHCP client of the host; all clients if unset. */
  readonly client?: DhcpClient
}

export type Lab = {
  readonly stack: StackId
  /** Runs a shell command in the booted host. */
  readonly exec: (command: string, timeoutSeconds?: number) => Promise<Result>
  /** Runs a shell command in the network namespace of the peer of a link. */
  readonly peerExec: (link: string, command: string) => Promise<Result>
  /** Runs a shell command in the host's network namespace, with the programs of this machine. */
  readonly netExec: (command: string) => Promise<Result>
  readonly carrier: (link: string, on: boolean) => Promise<void>
  /** Restarts dnsmasq at the peer of a link with these arguments. */
  readonly lease: (link: string, options: readonly string[]) => Promise<void>
  /** Replaces the lease that the provider of a link gives; `{}` gives nothing. */
  readonly provide: (link: string, lease: Lease) => Promise<void>
  /** What the providers give now. */
  readonly leases: () => ReadonlyMap<string, Lease>
  /** Count of a DHCP message (`DHCPACK`, `DHCPREPLY`) in the log of the link's provider, since its last change. */
  readonly countMessages: (link: string, word: string) => number
  /**
   * The state once it has not changed for `quiet` seconds, by default 4 with leases and 1 without. If it is not the
   * expected one, the wait is longer.
   */
  readonly waitStable: (isExpected?: (state: State) => boolean, quiet?: number) => Promise<State>
  /** The current state. */
  readonly state: () => Promise<State>
  readonly install: (files: readonly TreeEntry[]) => Promise<void>
  /** `running`, or another condition that the init reports. */
  readonly condition: string
  readonly log: () => Promise<string>
  /** Failed units or services, one on each line. */
  readonly failed: () => Promise<string>
  /**
   * Boots the host again with its current files. By default all processes are killed; otherwise this shell command
   * reboots. Use only the returned lab afterwards.
   */
  readonly reboot: (command?: string) => Promise<Lab>
  readonly close: () => Promise<void>
}

type LabResources = Providers & {
  readonly folder: string
  /** Cgroup of the host. */
  readonly cgroup: string
  /** Cleans up synchronously, so that a signal handler can call it. */
  readonly cleanUp: () => void
  machine?: StartingMachine
  slot?: Lock
}

let serial = 0

/** The reason why this machine cannot boot any host, in one line; undefined if it can. */
export function whyNoLab(): string | undefined {
  if (process.platform !== 'linux' || process.getuid?.() !== 0) return 'only root on Linux can boot a host'
  if (cgroupFolder() === undefined) return 'no cgroup2 is mounted'
  for (const tool of ['ip', 'nsenter', 'unshare', 'setpriv', 'flock', 'tar', 'nft', 'perl', 'ping']) {
    if (!runSync(['sh', '-c', `command -v ${tool}`])) return `no ${tool}`
  }
  return undefined
}

/** The reason why this stack cannot boot on a machine that boots others. */
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
  const serviceLinks = [...spec.peers.flatMap((peer) => peer.links), ...(spec.virtualLinks ?? [])].filter(
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
  const sys = sysOf(stack, spec)
  const init = inits[stack.init].command
  const machine = { netns: topology.host, root, stage, mount, console, cgroup, init, sys }
  resources.machine = startMachine(machine)
  return labOfStarted(spec, stack, resources, machine)
}

/** NetworkManager 1.30 writes the options of a bond to /sys; later versions send them to the kernel by netlink. */
function sysOf({ writesSys, wants }: Stack, { debian, virtualLinks = [] }: LabSpec): MachineSpec['sys'] {
  if (writesSys === true) return 'rw'
  return debian === 11 && wants.includes('NetworkManager.service') && virtualLinks.length > 0 ? 'links' : 'ro'
}

/** Creates the links and peers, and runs `prepare` before the boot. */
async function createNetwork(spec: LabSpec, resources: LabResources): Promise<void> {
  await createTopology(resources.topology, spec.peers)
  await runOrThrow(inNetns(resources.topology.host, ['sh', '-ec', (spec.prepare ?? []).join('\n')]))
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
  if (stack.init === 'systemd')
    for (const link of spec.virtualLinks ?? []) await execIn(machine, applySysctlsOf(link))
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

/** As at a real reboot, rules, routes and addresses end with the host's network namespace. */
async function recreateNetwork(spec: LabSpec, resources: LabResources): Promise<void> {
  for (const dhcpServer of resources.dhcpServers.values()) killDhcpServer(dhcpServer)
  resources.dhcpServers.clear()
  await deleteTopology(resources.topology)
  resources.peers.splice(0, resources.peers.length, ...spec.peers)
  await createNetwork(spec, resources)
}

/** Applies sysctls when a link appears, which udev does on a real host (99-systemd.rules). */
const applySysctlsOf = (link: string): string =>
  `for try in $(seq 50); do test ! -e /sys/class/net/${link} || break; sleep 0.1; done
/lib/systemd/systemd-sysctl --prefix=/net/ipv4/conf/${link} --prefix=/net/ipv6/conf/${link}`

/**
 * The command that netifrc's documentation asks the creator of a link to run. Other stacks notice the link, or saw it
 * at boot.
 */
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
  return answer === '' ? 'no answer' : answer
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
    inCgroup(resources.toolsCgroup, inNetns(netns, ['sh', '-c', command]))
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
      // One at a time: the kernel limits the length of an argument.
      for (const file of files) {
        const { code, stderr } = await execIn(machine, installLine(file))
        if (code !== 0) throw new Error(stderr)
      }
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
