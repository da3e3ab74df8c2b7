// Network namespace of a process: needs no root, and ends with the process.
import { spawn, spawnSync, type ChildProcess } from 'node:child_process'
import { release } from 'node:os'
import type { Rule } from '../../src/plan/plan.js'

export interface Result {
  readonly status: number | null
  readonly stdout: string
  readonly stderr: string
}

export interface Netns {
  /** Runs a command in the namespace, and returns its result. */
  run(command: readonly string[], input?: string): Result
  /** As `run`, but throws if the command fails. */
  must(command: readonly string[], input?: string): string
  /** Parsed output of `ip -json …`. */
  ip(...words: readonly string[]): unknown
  close(): void
}

/** Root needs no user namespace, and so has all uids; the kernel rejects a `uidrange` of unmapped ones. */
const asRoot = ['--net', '--mount']
const asUserWithAllUids = ['--user', '--map-root-user', '--map-auto', '--net', '--mount']
const asUser = ['--user', '--map-root-user', '--net', '--mount']

interface Access {
  readonly unshare: readonly string[]
  readonly nsenter: readonly string[]
  readonly hasUids: boolean
}

const probe = 'ip link add probe0 type veth peer name probe1'

/** The first way that this machine allows; why not, where none is. */
function findAccess(): Access | string {
  const candidates = process.getuid?.() === 0 ? [asRoot, asUser] : [asUserWithAllUids, asUser]
  let reason = ''
  for (const unshare of candidates) {
    const { status, stderr, error } = spawnSync('unshare', [...unshare, 'sh', '-c', probe], {
      encoding: 'utf8',
    })
    if (status === 0) {
      const isUser = unshare.includes('--user')
      return {
        unshare,
        nsenter: isUser ? ['-U', '--preserve-credentials', '-n', '-m'] : ['-n', '-m'],
        hasUids: unshare !== asUser,
      }
    }
    reason = error?.message ?? stderr.trim()
  }
  return `network namespaces are unavailable: ${reason}`
}

const access = findAccess()

function isLinuxSince(wantedMajor: number, wantedMinor: number): boolean {
  const [major = 0, minor = 0] = release().split('.').map(Number)
  return major > wantedMajor || (major === wantedMajor && minor >= wantedMinor)
}

/** `ip rule … dscp` needs Linux 6.12 and iproute2 6.13. An older kernel accepts the rule without it. */
export const hasDscp =
  typeof access !== 'string' &&
  isLinuxSince(6, 12) &&
  spawnSync('unshare', [...access.unshare, 'ip', 'rule', 'add', 'dscp', '46', 'prohibit']).status === 0

/** Before Linux 6.15, an IPv6 rule with `dscp 0` matches every packet. */
const hasDscpZero = isLinuxSince(6, 15)

/** Before Linux 5.18, a socket that is bound to a member of a VRF counts as bound to the VRF. */
export const hasVrfs =
  typeof access !== 'string' &&
  isLinuxSince(5, 18) &&
  spawnSync('unshare', [...access.unshare, ...'ip link add probe0 type vrf table 99'.split(' ')]).status === 0

/** Whether the kernel and this user can have the rule, and it means what trace says. */
export const isInstallableRule = ({ family, selector: { uidrange, dscp } }: Rule): boolean =>
  (hasUids || uidrange === undefined) &&
  (hasDscp || dscp === undefined) &&
  (hasDscpZero || family === 'inet' || dscp !== 0)

export const hasUids = typeof access !== 'string' && access.hasUids

/** Undefined if namespaces are available. */
export const whyNoNetns = typeof access === 'string' ? access : undefined

if (whyNoNetns !== undefined) {
  if (process.env['MULTIHOME_REQUIRE_NETNS'] === '1') throw new Error(whyNoNetns)
  console.warn(`skipped: ${whyNoNetns}`)
} else {
  if (!hasUids) console.warn('skipped: rules with `uidrange`, since only one uid is mapped')
  if (!hasDscp) console.warn('skipped: rules with `dscp`, which need Linux 6.12 and iproute2 6.13')
  else if (!hasDscpZero) console.warn('skipped: IPv6 rules with `dscp 0`, which need Linux 6.15')
}

/** A namespace with its own /run and /sys, `lo` up, and IPv6 addresses that are valid at once. */
const prepare = `
mount -t tmpfs tmpfs /run
mount -t sysfs sysfs /sys 2>/dev/null
sysctl -q -w net.ipv4.ip_forward=1 net.ipv6.conf.all.forwarding=1 \
  net.ipv4.conf.all.rp_filter=0 net.ipv4.conf.default.rp_filter=0 \
  net.ipv6.conf.all.accept_dad=0 net.ipv6.conf.default.accept_dad=0
ip link set lo up
echo ready
exec cat
`

/** A namespace with a veth for each link, whose peer is up and has no addresses. */
export async function openNetns(links: readonly string[]): Promise<Netns> {
  if (typeof access === 'string') throw new Error(access)
  const holder = spawn('unshare', [...access.unshare, 'sh', '-c', prepare], {
    stdio: ['pipe', 'pipe', 'inherit'],
  })
  await isReady(holder)
  const enter = ['-t', String(holder.pid), ...access.nsenter]
  const run = (command: readonly string[], input = ''): Result => {
    const { status, stdout, stderr } = spawnSync('nsenter', [...enter, ...command], {
      input,
      encoding: 'utf8',
      maxBuffer: 1 << 28,
    })
    return { status, stdout, stderr }
  }
  const must = (command: readonly string[], input?: string): string => {
    const { status, stdout, stderr } = run(command, input)
    if (status !== 0) throw new Error(`${command.join(' ')}: ${stderr}`)
    return stdout
  }
  const wires = links.flatMap((link, index) => [
    `link add ${link} type veth peer name peer${index}`,
    `link set peer${index} up`,
  ])
  if (links.length > 0) must(['ip', '-batch', '-'], `${wires.join('\n')}\n`)
  return {
    run,
    must,
    ip: (...words) => JSON.parse(must(['ip', '-json', ...words]) || '[]') as unknown,
    close: () => holder.stdin?.end(),
  }
}

const isReady = (holder: ChildProcess): Promise<void> =>
  new Promise((resolve, reject) => {
    holder.stdout?.once('data', () => resolve())
    holder.once('exit', (code) => reject(new Error(`the namespace’s holder ended with ${code}`)))
  })

/** Opens a namespace for one function call. */
export async function inNetns<T>(
  links: readonly string[],
  use: (netns: Netns) => T | Promise<T>,
): Promise<T> {
  const netns = await openNetns(links)
  try {
    return await use(netns)
  } finally {
    netns.close()
  }
}
