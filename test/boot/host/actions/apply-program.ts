// Runs of apply.sh on a booted host, and snapshots of everything that a revert must restore.
import type { RenderedFile } from '../../../../src/targets/target.js'
import type { Lab } from '../../lab/lab.js'
import type { Result } from '../../lab/process/shell.js'
import type { StackId } from '../../lab/stacks.js'
import { difference } from '../../lab/state/state.js'
import type { State } from '../../lab/state/state.js'
import type { TreeEntry } from '../../lab/rootfs/tree.js'
import type { Rendering } from '../rendering.js'

const state = '/var/lib/multihome'
const pending = `${state}/pending`

/** Copies a rendered tree into a folder of the host. */
export async function copyTree(lab: Lab, { output }: Rendering, folder: string): Promise<void> {
  const inFolder = (file: RenderedFile): TreeEntry => ({ ...file, path: `${folder}${file.path}` })
  await lab.exec(`rm -rf ${folder}`)
  await lab.install([...output.files, ...output.control].map(inFolder))
}

const programOf = (folder: string): string => `${folder}/.multihome/apply.sh`

/** Runs it until it ends. */
export const applyTree = (lab: Lab, folder: string, args = ''): Promise<Result> =>
  lab.exec(`${programOf(folder)} ${args} 2>&1`, 400)

export type Application = {
  /** Waits for the end; its exit status and output. */
  readonly ended: () => Promise<Result>
}

/**
 * Runs it from a login shell (`session.pid`) that is a child of a daemon, like those of sshd. The shell has a further
 * command, so that it does not exec the program.
 */
export async function startTree(lab: Lab, folder: string, args: string): Promise<Application> {
  const shell = `${programOf(folder)} ${args} >/root/said 2>&1; echo $? >/root/status`
  const daemon = `sh -c 'echo $$ >/root/session.pid; ${shell}'; :`
  await lab.exec(
    `rm -f /root/said /root/status; setsid sh -c "${daemon.replaceAll('$', '\\$')}" </dev/null >/dev/null 2>&1 &`,
  )
  return {
    ended: async () => {
      const wait = 'for try in $(seq 3000); do test ! -s /root/status || break; sleep 0.1; done'
      const { stdout } = await lab.exec(`${wait}; cat /root/status /root/said`, 400)
      const [status = '', ...outputLines] = stdout.split('\n')
      return { code: Number(status || '-1'), stdout: outputLines.join('\n'), stderr: '' }
    },
  }
}

export const phases = ['prepared', 'before-files', 'files', 'steps', 'waiting', 'reverting'] as const
export type Phase = (typeof phases)[number]

export const victims = ['foreground', 'guard', 'both'] as const
export type Victim = (typeof victims)[number]

/** A shell command that ends as soon as the application has reached this phase or a later one, or has ended. */
const untilPhase = (phase: Phase): string => {
  const names = phases.slice(phases.indexOf(phase)).join('|')
  const isThere =
    phase === 'reverting'
      ? `test -e ${pending}/reverting`
      : `grep -qxE '${names}' ${pending}/phase 2>/dev/null`
  return `for try in $(seq 6000); do ! ${isThere} || break; test ! -s /root/status || break; sleep 0.02; done`
}

export async function waitForPhase(lab: Lab, phase: Phase): Promise<boolean> {
  return (await lab.exec(`${untilPhase(phase)}; test -d ${pending}`, 300)).code === 0
}

const pidOf = (file: string): string => `$(head -n 1 ${pending}/${file} 2>/dev/null | cut -d ' ' -f 1)`

/** Kills processes of an application with SIGKILL, this many seconds after it has reached a phase. */
export async function killIn(lab: Lab, phase: Phase, victim: Victim, delay: number): Promise<void> {
  const files = { foreground: ['session'], guard: ['guard'], both: ['guard', 'session'] }[victim]
  const kill = `kill -KILL ${files.map(pidOf).join(' ')}`
  await lab.exec(`${untilPhase(phase)}; sleep ${delay}; ${kill}`, 300)
}

/** Kills the shell that started an application. */
export const killSession = (lab: Lab): Promise<Result> => lab.exec('kill -KILL $(cat /root/session.pid)')

/** Empty if any process reverts the application within some minutes. */
export async function notReverted(lab: Lab): Promise<readonly string[]> {
  const wait = `for try in $(seq 2400); do test -d ${pending} || break; sleep 0.1; done`
  const { code } = await lab.exec(`${wait}; test ! -d ${pending} && grep -qx reverted ${state}/result`, 300)
  return code === 0 ? [] : [`is not reverted: ${await lastLog(lab)}`]
}

/** The result (`confirmed`, `reverted` or `incomplete`) and the log of the last application. */
export const lastLog = async (lab: Lab): Promise<string> =>
  (await lab.exec(`cd ${state} && cat result */incomplete reverted/log pending/log 2>/dev/null`)).stdout

export type Snapshot = { readonly state: State; readonly lines: readonly string[] }

/**
 * Everything that an application may change: files with content, mode and owner; rules, routes and addresses with all
 * attributes; sysctls; services.
 */
const snapshotScript = `
find /etc /usr/local \\( -type l -printf 'file %p -> %l\\n' \\) -o -printf 'file %p %y %m %u:%g\\n'
find /etc /usr/local -type f -exec sha256sum {} + | sed 's/^/content /'
for family in -4 -6; do
  ip -N $family rule show | sed "s/^/rule $family /"
  ip -N -o $family route show table all | sed "s/^/route $family /"
  ip -N -o $family address show | sed "s/^[0-9]*: /address $family /; s/_lft [0-9]*sec/_lft SECONDS/g"
done
ip -o link show | sed 's/^[0-9]*: /link /; s/@[^:]*//; s/ qdisc [a-z]* / /; s/ qlen .*//'
sysctl -a 2>/dev/null | grep '^net[.]ipv[46][.]' | grep -v '[.]neigh[.]\\|_secret\\|fastopen_key' | sed 's/^/setting /'
for unit in systemd-networkd.service systemd-networkd.socket NetworkManager.service networking.service; do
  ! command -v systemctl >/dev/null || echo "service $unit $(systemctl is-active $unit) $(systemctl is-enabled $unit 2>&1)"
done`

/**
 * NetworkManager counts the activations of links in the metrics of their connected routes, and repeatedly requests a
 * lease on links without a profile, with a new link-local address each time.
 */
function plainLine(stack: StackId, line: string): string {
  if (!['netplan-nm', 'nm-dispatcher', 'nm-keyfile'].includes(stack)) return line
  if (/^(address|route) .*(\bwan2\b|\bfe80::[0-9a-f])/.test(line)) return ''
  return / proto 2 /.test(line) ? line.replace(/ metric \d+/, '') : line
}

export async function snapshot(lab: Lab, isExpected?: (now: State) => boolean): Promise<Snapshot> {
  const now = await lab.waitStable(isExpected)
  const { stdout } = await lab.exec(snapshotScript)
  const lines = stdout.split('\n').map((line) => plainLine(lab.stack, line))
  return { state: now, lines: lines.sort() }
}

/** Everything that differs from the snapshot. */
export async function differencesFrom(lab: Lab, before: Snapshot): Promise<readonly string[]> {
  const after = await snapshot(lab, (now) => difference(before.state, now).length === 0)
  return [
    ...before.lines.filter((line) => !after.lines.includes(line)).map((line) => `- ${line}`),
    ...after.lines.filter((line) => !before.lines.includes(line)).map((line) => `+ ${line}`),
  ]
}

const strangers = { '4': '198.18.0.9', '6': '2001:2::9' } as const

/** Addresses of the host that do not answer a ping from a stranger behind the provider of their link. */
export async function unanswered(
  lab: Lab,
  addresses: readonly (readonly [link: string, address: string])[],
): Promise<readonly string[]> {
  const asked = addresses.map(async ([link, address]) => {
    const family = address.includes(':') ? '6' : '4'
    const stranger = strangers[family]
    const { code } = await lab.peerExec(
      link,
      `ip -${family} address replace ${stranger} dev lo && ping -c 3 -i 0.3 -W 2 -I ${stranger} ${address}`,
    )
    return code === 0 ? [] : [`no answer from ${address}`]
  })
  return (await Promise.all(asked)).flat()
}
