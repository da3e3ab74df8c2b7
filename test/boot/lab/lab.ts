// A lab is one host with its providers: made, booted, asked, and cleared away whatever happens.
import { mkdirSync, mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { cgroupFolder, endCgroup, inCgroup } from './process/cgroup.js'
import { atEnd } from './process/cleanup.js'
import { endMachine, execIn, initOf, restartMachine, startMachine, stopMachine } from './process/machine.js'
import type { Beginning, Machine, MachineSpec } from './process/machine.js'
import { inits } from './process/init.js'
import type { Init } from './process/init.js'
import { withoutOthers } from './dhcp/dhcp-clients.js'
import type { DhcpClient } from './dhcp/dhcp-clients.js'
import { dnsmasqOptions } from './dhcp/dnsmasq-options.js'
import type { Lease } from './dhcp/lease.js'
import { endLessor } from './dhcp/dhcp-server.js'
import type { Lock } from './process/lock.js'
import { carrier, lease, leasesNow, peerAt, provide } from './network/providers.js'
import type { Providers } from './network/providers.js'
import { ensureRoot, whyNoRoot } from './rootfs/rootfs.js'
import type { Debian } from './rootfs/rootfs.js'
import { must, run, runNow, sleep } from './process/shell.js'
import type { Result } from './process/shell.js'
import { takeSlot } from './process/boot-semaphore.js'
import { hostFiles, openrcLinks } from './rootfs/host-files.js'
import { stackOf, unitLinks } from './stacks.js'
import type { Stack, StackId } from './stacks.js'
import { settled } from './state/wait-stable.js'
import { readState } from './state/state.js'
import type { State } from './state/state.js'
import { sweep } from './process/cleanup-orphans.js'
import { installLine, readTree, writeTree } from './rootfs/tree.js'
import type { TreeEntry } from './rootfs/tree.js'
import { cutWires, deleteWires, inside, layWires, setCarrier, wireNames } from './network/veth-topology.js'
import type { Peer } from './network/veth-topology.js'

export type LabSpec = {
  readonly stack: StackId
  readonly debian: Debian
  readonly tree: readonly TreeEntry[]
  readonly peers: readonly Peer[]
  /** Lines of shell in the host's network before it boots: what another program has laid by then. */
  readonly prepare?: readonly string[]
  /** Links that another program makes: the stack does not start them by itself. */
  readonly foreign?: readonly string[]
  /** Links without carrier while the host boots. */
  readonly dark?: readonly string[]
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
  readonly said: (link: string, word: string) => number
  /** Once nothing changes any more for some seconds (leases take longer to come); sooner where that is what was expected. */
  readonly settled: (isExpected?: (state: State) => boolean, quiet?: number) => Promise<State>
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

type LabProcess = Providers & {
  readonly folder: string
  /** Of the host. */
  readonly cgroup: string
  /** All at once, for a signal handler too. */
  readonly clear: () => void
  machine?: Beginning
  slot?: Lock
}

let serial = 0

/** Why no host at all can boot on this machine, in one line; undefined when one can. */
export function whyNoLab(): string | undefined {
  if (process.platform !== 'linux' || process.getuid?.() !== 0) return 'only root on Linux can boot a host'
  if (cgroupFolder() === undefined) return 'no cgroup2 is mounted'
  for (const tool of ['ip', 'nsenter', 'unshare', 'setpriv', 'flock', 'tar', 'nft', 'perl', 'ping']) {
    if (!runNow(['sh', '-c', `command -v ${tool}`])) return `no ${tool}`
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
  sweep()
  const stack = stackOf(spec.stack)
  const root = await ensureRoot(stack.root, spec.debian)
  const wires = wireNames(spec.peers.length, (serial += 1))
  const name = wires.host.replace(/-host$/, '')
  const folder = mkdtempSync(join(tmpdir(), `${name}-`))
  const cgroup = join(cgroupFolder() ?? '/', name)
  const held: LabProcess = {
    ...{ wires, folder, cgroup, around: `${cgroup}-around`, lessors: new Map(), peers: [...spec.peers] },
    clear: atEnd(() => clear(held)),
  }
  try {
    held.slot = await takeSlot()
    return await bootHost(spec, stack, root, held)
  } catch (error) {
    held.clear()
    throw error
  }
}

async function bootHost(spec: LabSpec, stack: Stack, root: string, held: LabProcess): Promise<Lab> {
  const stage = join(held.folder, 'stage')
  const mount = join(held.folder, 'mount')
  mkdirSync(stage)
  mkdirSync(mount)
  mkdirSync(held.around)
  const foreign = spec.foreign ?? []
  const made = spec.peers.flatMap((peer) => peer.above ?? [])
  const names = [...spec.peers.flatMap((peer) => peer.links), ...made].filter(
    (name) => !foreign.includes(name),
  )
  const clients = spec.client === undefined ? [] : withoutOthers(spec.client)
  const own = [...hostFiles(stack, spec.tree), ...clients, ...spec.tree]
  const start =
    stack.init === 'systemd'
      ? unitLinks(stack, own)
      : [...readTree(netifrcTree() ?? ''), ...openrcLinks(names)]
  writeTree(stage, [...start, ...own])
  await connect(spec, held)
  const console = join(held.folder, 'console')
  const { wires, cgroup } = held
  const sys: MachineSpec['sys'] = stack.writesSys === true ? 'rw' : 'ro'
  const init = inits[stack.init].command
  const machine = { netns: wires.host, root, stage, mount, console, cgroup, init, sys }
  held.machine = startMachine(machine)
  return startedLab(spec, stack, held, machine)
}

/** The network around the host, and in it what is there before the host boots. */
async function connect(spec: LabSpec, held: LabProcess): Promise<void> {
  await layWires(held.wires, spec.peers)
  await must(inside(held.wires.host, ['sh', '-ec', (spec.prepare ?? []).join('\n')]))
  for (const [n, peer] of spec.peers.entries()) {
    await lease(held, held.wires.peers[n] ?? '', peer.dnsmasq ?? dnsmasqOptions(peer.lease ?? {}))
  }
  for (const link of spec.dark ?? []) await setCarrier(held.wires, spec.peers, link, false)
}

async function startedLab(
  spec: LabSpec,
  stack: Stack,
  held: LabProcess,
  machineSpec: MachineSpec,
): Promise<Lab> {
  if (held.machine === undefined) throw new Error('no host was started')
  const machine = await initOf(held.machine, machineSpec)
  const condition = await booted(machine, inits[stack.init])
  if (stack.ready !== undefined) await execIn(machine, stack.ready)
  const made = spec.peers.flatMap((peer) => peer.above ?? [])
  if (stack.init === 'systemd') for (const link of made) await execIn(machine, settingsOf(link))
  for (const link of spec.foreign ?? []) await execIn(machine, startForeign(stack, link))
  const lab = labOf({ ...spec, init: stack.init }, held, machine, condition, machineSpec.console)
  return {
    ...lab,
    reboot: async (command) => {
      const options = { between: () => reconnect(spec, held), ...(command === undefined ? {} : { command }) }
      held.machine = await restartMachine(machine, machineSpec, options)
      return startedLab(spec, stack, held, machineSpec)
    },
  }
}

/** Rules, routes and addresses end with the host's network namespace, as they do with a kernel. */
async function reconnect(spec: LabSpec, held: LabProcess): Promise<void> {
  for (const lessor of held.lessors.values()) endLessor(lessor)
  held.lessors.clear()
  await deleteWires(held.wires)
  held.peers.splice(0, held.peers.length, ...spec.peers)
  await connect(spec, held)
}

/** What udev does when a link appears (99-systemd.rules); there is none here. */
const settingsOf = (link: string): string =>
  `for try in $(seq 50); do test ! -e /sys/class/net/${link} || break; sleep 0.1; done
/lib/systemd/systemd-sysctl --prefix=/net/ipv4/conf/${link} --prefix=/net/ipv6/conf/${link}`

/** What the link's maker is to do, says netifrc's documentation; other stacks notice a link, or have seen it at boot. */
function startForeign(stack: Stack, link: string): string {
  return stack.id === 'netifrc' ? `test ! -e /etc/init.d/net.${link} || rc-service net.${link} start` : 'true'
}

async function booted(machine: Machine, init: Init): Promise<string> {
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
  held: LabProcess,
  machine: Machine,
  condition: string,
  console: string,
): Omit<Lab, 'reboot'> {
  const peerOf = (link: string): string => peerAt(held, link).netns
  const around = (netns: string, command: string): readonly string[] =>
    inCgroup(held.around, inside(netns, ['sh', '-c', command]))
  return {
    stack: spec.stack,
    condition,
    exec: (command, timeoutSeconds) => execIn(machine, command, timeoutSeconds),
    peerExec: (link, command) => run(around(peerOf(link), command)),
    netExec: (command) => run(around(held.wires.host, command)),
    carrier: (link, on) => carrier(held, link, on),
    lease: (link, options) => lease(held, peerOf(link), options),
    provide: (link, given) => provide(held, link, given),
    leases: () => leasesNow(held),
    said: (link, word) => (held.lessors.get(peerOf(link))?.said() ?? '').split(`${word}(`).length - 1,
    settled: (isExpected, quiet = held.lessors.size > 0 ? 4 : 1) => {
      const leases = leasesNow(held)
      return settled(held.wires.host, { quiet, leases, ...(isExpected === undefined ? {} : { isExpected }) })
    },
    state: () => readState(held.wires.host, leasesNow(held)),
    install: async (files) => {
      const { code, stderr } = await execIn(machine, files.map(installLine).join('\n'))
      if (code !== 0) throw new Error(stderr)
    },
    log: async () => {
      const { stdout, stderr } = await execIn(machine, inits[spec.init].log)
      return readFileSync(console, 'utf8') + stdout + stderr
    },
    failed: async () => (await execIn(machine, inits[spec.init].failed)).stdout,
    close: () => close(held),
  }
}

async function close(held: LabProcess): Promise<void> {
  if (held.machine !== undefined) await stopMachine(held.machine)
  await deleteWires(held.wires)
  held.clear()
}

function clear({ lessors, machine, around, wires, folder, slot }: LabProcess): void {
  for (const lessor of lessors.values()) endLessor(lessor)
  if (machine !== undefined) endMachine(machine)
  endCgroup(around)
  cutWires(wires)
  rmSync(folder, { recursive: true, force: true })
  slot?.release()
}
