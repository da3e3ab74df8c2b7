// One booted host: its cgroup, its mounts, its init, and its end.
import { spawn } from 'node:child_process'
import type { ChildProcess, SpawnOptions } from 'node:child_process'
import { closeSync, mkdirSync, openSync } from 'node:fs'
import { killCgroup, inCgroup, isPopulated, ignoreErrors, readIfReadable, waitWhile } from './cgroup.js'
import { run, sleep } from './shell.js'
import type { Result } from './shell.js'

/** A host from its start on; the child is `unshare`, the parent of the host's init. */
export type StartingMachine = { readonly child: ChildProcess; readonly cgroup: string }

export type Machine = StartingMachine & { readonly pid: number }

/**
 * Runs as the first process of the new namespaces, and becomes the init. A read-only /sys tells networkd and
 * NetworkManager not to wait for udev. /proc/sys must stay writable: sandboxed services of systemd would see the
 * mounts below /proc read-only. So sysctl files of the root file system lose every key outside of `net.`, and a boot
 * changes nothing of the machine.
 */
const newRoot = `
mount -t tmpfs lab "$mnt"
mkdir "$mnt/upper" "$mnt/work" "$mnt/root"
mount -t overlay -o "lowerdir=$root,upperdir=$mnt/upper,workdir=$mnt/work" lab "$mnt/root"
cd "$mnt/root"
for file in usr/lib/sysctl.d/*.conf lib/sysctl.d/*.conf etc/sysctl.d/*.conf etc/sysctl.conf; do
  test ! -f "$file" || sed -i '/^ *-\\{0,1\\}net[.]/!d' "$file"
done
tar -C "$stage" -cf - . | tar --keep-directory-symlink --no-overwrite-dir -xpf -
`

/** The root file system of an ended host, without its inner mounts. Descriptor 3 is its mount namespace. */
const sameRoot = `
exec 3<&-
mount --bind / /mnt
cd /mnt
`

const bootScript = (prepareRoot: string): string => `
set -eu
root=$1 stage=$2 mnt=$3 sys=$4; shift 4
${prepareRoot}
mount -t proc proc proc
case $sys in
  links)
    mount -t sysfs sys sys
    mount --bind sys/devices/virtual/net sys/devices/virtual/net
    mount -o remount,bind,ro sys
    ;;
  *) mount -t sysfs -o "$sys" sys sys ;;
esac
mount -t cgroup2 cgroup sys/fs/cgroup
for dir in run tmp dev; do mount -t tmpfs lab "$dir"; done
chmod 1777 tmp
cd dev
# By umask, not by -m: glibc 2.36 sets the mode of a node through /proc/self, and there is no such process in this /proc.
(umask 0; while read -r name major minor; do mknod "$name" c "$major" "$minor"; done) <<END
null 1 3
zero 1 5
full 1 7
random 1 8
urandom 1 9
tty 5 0
END
mkdir pts shm net
(umask 0; mknod net/tun c 10 200)
mount -t devpts -o newinstance,ptmxmode=0666,mode=620 devpts pts
ln -s pts/ptmx ptmx
ln -s /proc/self/fd fd
cd ..
mkdir -p .below
pivot_root . .below
umount -l /.below
exec env -i container=lab PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin "$@"
`

export type MachineSpec = {
  readonly netns: string
  readonly root: string
  readonly stage: string
  readonly mount: string
  readonly console: string
  readonly cgroup: string
  readonly init: readonly string[]
  /** `links`: only the attributes of virtual links are writable. */
  readonly sys: 'ro' | 'rw' | 'links'
}

/** `setpriv --pdeathsig` and `unshare --kill-child` end the host even if this process is killed. */
export const startMachine = (spec: MachineSpec): StartingMachine => start(spec)

/** Ends a host and boots it again with its current files: at once, or by a shell command in it. */
export async function restartMachine(
  machine: Machine,
  spec: MachineSpec,
  { command, between }: { readonly command?: string; readonly between: () => Promise<void> },
): Promise<StartingMachine> {
  // This descriptor keeps the host's mount namespace, and with it the root file system.
  const root = openSync(`/proc/${machine.pid}/ns/mnt`, 'r')
  try {
    if (command !== undefined) {
      await execIn(machine, command)
      for (let tries = 0; tries < 900 && isPopulated(machine.cgroup); tries += 1) await sleep(0.1)
    }
    await stopMachine(machine)
    killMachine(machine)
    await between()
    return start(spec, root)
  } finally {
    closeSync(root)
  }
}

function start(spec: MachineSpec, root?: number): StartingMachine {
  mkdirSync(spec.cgroup)
  const [script, mount] =
    root === undefined ? [bootScript(newRoot), []] : [bootScript(sameRoot), ['--mount=/proc/self/fd/3']]
  const words = inCgroup(spec.cgroup, [
    ...['nsenter', `--net=/run/netns/${spec.netns}`, ...mount],
    ...['unshare', '--kill-child', '--mount', '--pid', '--fork'],
    ...['--uts', '--ipc', '--cgroup', '--propagation', 'private'],
    ...['sh', '-c', script, 'sh', spec.root, spec.stage, spec.mount, spec.sys, ...spec.init],
  ])
  const log = openSync(spec.console, 'a')
  const descriptors = root === undefined ? [] : [root]
  const options = { stdio: ['ignore', log, log, ...descriptors], detached: true } satisfies SpawnOptions
  const child = spawn('setpriv', ['--pdeathsig', 'KILL', ...words], options)
  closeSync(log)
  return { child, cgroup: spec.cgroup }
}

/** Waits until the host's first process has become the init. */
export async function waitForInit(starting: StartingMachine, spec: MachineSpec): Promise<Machine> {
  const { child } = starting
  const name = (spec.init[0] ?? '').replace(/^.*\//, '')
  for (let tries = 0; tries < 200 && child.exitCode === null; tries += 1) {
    const pid = firstProcess(child)
    if (pid > 0 && readIfReadable(`/proc/${pid}/comm`).trim() === name) return { ...starting, pid }
    await sleep(0.05)
  }
  throw new Error(`the host's init did not start:\n${readIfReadable(spec.console)}`)
}

/** Process id on this machine; 0 if there is no such process yet. */
const firstProcess = ({ pid }: ChildProcess): number =>
  Number(readIfReadable(`/proc/${pid}/task/${pid}/children`).split(' ')[0])

export function execIn(machine: Machine, command: string, timeoutSeconds = 60): Promise<Result> {
  const path = 'PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin'
  const words = ['-t', String(machine.pid), '-m', '-u', '-i', '-n', '-p', '-C', '--']
  return run(['nsenter', ...words, 'env', '-i', path, 'HOME=/root', 'sh', '-c', command], timeoutSeconds)
}

/** Asynchronous, so that other hosts continue; `killMachine` then has nothing to wait for. */
export async function stopMachine(machine: StartingMachine): Promise<void> {
  killInit(machine)
  for (let tries = 0; tries < 100 && isPopulated(machine.cgroup); tries += 1) await sleep(0.02)
}

/** Synchronous, so that a signal handler can call it: afterwards the host has no processes and no mounts. */
export function killMachine(machine: StartingMachine): void {
  if (killInit(machine)) waitWhile(() => isPopulated(machine.cgroup), 100)
  killCgroup(machine.cgroup)
}

/**
 * The kernel ends a pid namespace with its first process. `unshare` then reaps its child, so that no zombie stays.
 */
function killInit({ child }: StartingMachine): boolean {
  const pid = child.exitCode === null && child.signalCode === null ? firstProcess(child) : 0
  if (pid > 0) ignoreErrors(() => process.kill(pid, 'SIGKILL'))
  return pid > 0
}
