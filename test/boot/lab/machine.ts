// One booted host: its cgroup, its mounts, its first process, and how all of them end.
import { spawn } from 'node:child_process'
import type { ChildProcess } from 'node:child_process'
import {
  closeSync,
  existsSync,
  mkdirSync,
  openSync,
  readFileSync,
  readdirSync,
  rmdirSync,
  writeFileSync,
} from 'node:fs'
import { join } from 'node:path'
import { run, sleep, sleepNow } from './shell.js'
import type { Result } from './shell.js'

export type Machine = { readonly pid: number; readonly child: ChildProcess; readonly cgroup: string }

/** Where this machine keeps cgroup2: /sys/fs/cgroup, or a folder below it where both versions are mounted. */
export function cgroupFolder(): string | undefined {
  const mounts = readFileSync('/proc/self/mountinfo', 'utf8').split('\n')
  return mounts.find((line) => / - cgroup2 /.test(line))?.split(' ')[4]
}

/**
 * Runs as the first process of the new namespaces, and becomes init.
 * /sys is read-only, which tells networkd and NetworkManager not to wait for udev. /proc/sys cannot be: services that
 * systemd confines would find the mounts below /proc read-only. So the root's own sysctl files lose what is not of the
 * network namespace, and a boot changes nothing of the machine below it.
 */
const bootScript = `
set -eu
root=$1 stage=$2 mnt=$3; shift 3
mount -t tmpfs lab "$mnt"
mkdir "$mnt/upper" "$mnt/work" "$mnt/root"
mount -t overlay -o "lowerdir=$root,upperdir=$mnt/upper,workdir=$mnt/work" lab "$mnt/root"
cd "$mnt/root"
for file in usr/lib/sysctl.d/*.conf lib/sysctl.d/*.conf etc/sysctl.d/*.conf etc/sysctl.conf; do
  test ! -f "$file" || sed -i '/^ *-\\{0,1\\}net[.]/!d' "$file"
done
tar -C "$stage" -cf - . | tar --keep-directory-symlink --no-overwrite-dir -xpf -
mount -t proc proc proc
mount -t sysfs -o ro sys sys
mount -t cgroup2 cgroup sys/fs/cgroup
for dir in run tmp dev; do mount -t tmpfs lab "$dir"; done
chmod 1777 tmp
cd dev
while read -r name major minor; do mknod -m 666 "$name" c "$major" "$minor"; done <<END
null 1 3
zero 1 5
full 1 7
random 1 8
urandom 1 9
tty 5 0
END
mkdir pts shm net
mknod -m 666 net/tun c 10 200
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
}

/** `setpriv --pdeathsig` and `unshare --kill-child` end the host even when this process is killed outright. */
export async function startMachine(spec: MachineSpec): Promise<Machine> {
  mkdirSync(spec.cgroup)
  const join = 'echo $$ > "$0/cgroup.procs"; exec "$@"'
  const words = [
    ...['--pdeathsig', 'KILL', 'sh', '-c', join, spec.cgroup],
    ...['nsenter', `--net=/run/netns/${spec.netns}`, 'unshare', '--kill-child', '--mount', '--pid', '--fork'],
    ...['--uts', '--ipc', '--cgroup', '--propagation', 'private'],
    ...['sh', '-c', bootScript, 'sh', spec.root, spec.stage, spec.mount, ...spec.init],
  ]
  const log = openSync(spec.console, 'w')
  const child = spawn('setpriv', words, { stdio: ['ignore', log, log], detached: true })
  closeSync(log)
  const pid = await firstProcess(child, spec)
  return { pid, child, cgroup: spec.cgroup }
}

/** The host's first process as this machine numbers it, once it has become init. */
async function firstProcess(child: ChildProcess, spec: MachineSpec): Promise<number> {
  const name = (spec.init[0] ?? '').replace(/^.*\//, '')
  for (let tries = 0; tries < 200 && child.exitCode === null; tries += 1) {
    const pid = Number(readQuietly(`/proc/${child.pid}/task/${child.pid}/children`).split(' ')[0])
    if (pid > 0 && readQuietly(`/proc/${pid}/comm`).trim() === name) return pid
    await sleep(0.05)
  }
  throw new Error(`the host's init did not start:\n${readQuietly(spec.console)}`)
}

function readQuietly(file: string): string {
  try {
    return readFileSync(file, 'utf8')
  } catch {
    return ''
  }
}

export function execIn(machine: Machine, command: string, timeoutSeconds = 60): Promise<Result> {
  const path = 'PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin'
  const words = ['-t', String(machine.pid), '-m', '-u', '-i', '-n', '-p', '-C', '--']
  return run(['nsenter', ...words, 'env', '-i', path, 'HOME=/root', 'sh', '-c', command], timeoutSeconds)
}

/** While others boot: nothing is left to wait for when `endMachine` comes. */
export async function stopMachine(machine: Machine): Promise<void> {
  if (machine.child.exitCode === null) killQuietly(machine.pid)
  for (let tries = 0; tries < 100 && populated(machine.cgroup); tries += 1) await sleep(0.02)
}

/** Synchronous, so that a signal handler can call it: afterwards no process of the host is left, nor its mounts. */
export function endMachine(cgroup: string, machine: Machine | undefined): void {
  // The end of its first process ends a pid namespace; `unshare` then has a child to reap, and no zombie is left.
  if (machine !== undefined && machine.child.exitCode === null) killQuietly(machine.pid)
  if (!existsSync(cgroup)) return
  for (let tries = 0; tries < 100 && populated(cgroup); tries += 1) sleepNow(0.02)
  writeFileSync(join(cgroup, 'cgroup.kill'), '1')
  for (let tries = 0; tries < 100 && populated(cgroup); tries += 1) sleepNow(0.02)
  removeCgroup(cgroup)
}

const populated = (cgroup: string): boolean =>
  readQuietly(join(cgroup, 'cgroup.events')).includes('populated 1')

function killQuietly(pid: number): void {
  try {
    process.kill(pid, 'SIGKILL')
  } catch {
    // It has ended by itself.
  }
}

function removeCgroup(folder: string): void {
  for (const entry of readdirSync(folder, { withFileTypes: true })) {
    if (entry.isDirectory()) removeCgroup(join(folder, entry.name))
  }
  for (let tries = 0; tries < 50; tries += 1) {
    try {
      rmdirSync(folder)
      return
    } catch {
      sleepNow(0.02)
    }
  }
}
