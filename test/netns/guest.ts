// Guest host without a stack: an overlay of this machine's files, with a network namespace.
import { spawn, spawnSync, type ChildProcess } from 'node:child_process'
import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { RenderedFile } from '../../src/targets/target.js'
import { quote } from '../../src/syntax/shell.js'
import type { Result } from './namespace.js'

/** A link of the host, and the addresses of its neighbour: `ip address add …`. */
export interface Wire {
  readonly link: string
  readonly neighbour: readonly string[]
}

export interface Guest {
  /** A shell script on the host. */
  run(script: string): Promise<Result>
  /** As `run`, but throws if it fails, and returns its standard output. */
  must(script: string): Promise<string>
  /** Files below a folder of the host. */
  write(root: string, files: readonly RenderedFile[]): Promise<void>
  close(): void
}

/**
 * Run in namespaces of their own: mounts, processes, network. The overlay's changes are in a tmpfs and end with them.
 * Each neighbour is a network namespace, held by a process. `$1`: a folder to mount on.
 */
const prepare = `
set -eu
mount --make-rprivate /
mount -t proc proc /proc
mount -t tmpfs guest "$1"
mkdir "$1/upper" "$1/work" "$1/root"
mount -t overlay -o "lowerdir=/,upperdir=$1/upper,workdir=$1/work" guest "$1/root"
cd "$1/root"
mount -t proc proc proc
mount -t sysfs -o ro sys sys
for folder in run tmp dev; do mount -t tmpfs guest $folder; done
chmod 1777 tmp
while read -r name major minor; do mknod -m 666 "dev/$name" c "$major" "$minor"; done <<END
null 1 3
zero 1 5
random 1 8
urandom 1 9
END
ln -s /proc/self/fd dev/fd
# Files of multihome and of stacks that this machine itself may have.
rm -rf var/lib/multihome usr/local/sbin/multihome.sh etc/iproute2 etc/sysctl.d/60-multihome.conf etc/network etc/netplan
ip link set lo up
sysctl -qw net.ipv6.conf.all.accept_dad=0 net.ipv6.conf.default.accept_dad=0
exec chroot . /bin/sh -c 'echo ready; exec cat'
`

export const whyNoGuest = ((): string | undefined => {
  if (process.getuid?.() !== 0) return 'no guest with its own file system: that needs root'
  const folder = mkdtempSync(join(tmpdir(), 'multihome-guest-'))
  const probe = spawnSync(
    'unshare',
    ['--mount', '--net', '--pid', '--fork', '--kill-child', 'sh', '-c', prepare, 'sh', folder],
    { encoding: 'utf8', input: '' },
  )
  rmSync(folder, { recursive: true, force: true })
  return probe.stdout.includes('ready')
    ? undefined
    : `no guest with its own file system: ${probe.stderr.trim()}`
})()

export async function openGuest(wires: readonly Wire[]): Promise<Guest> {
  const folder = mkdtempSync(join(tmpdir(), 'multihome-guest-'))
  const holder = spawn(
    'unshare',
    ['--mount', '--net', '--pid', '--fork', '--kill-child', 'sh', '-c', prepare, 'sh', folder],
    { stdio: ['pipe', 'pipe', 'inherit'] },
  )
  await isReady(holder)
  const first = readFileSync(`/proc/${holder.pid}/task/${holder.pid}/children`, 'utf8').trim()
  const enter = ['-t', first, '--mount', '--net', '--pid', '--root', '--wdns=/']
  const environment = ['env', '-i', 'PATH=/usr/sbin:/usr/bin:/sbin:/bin', 'HOME=/root']
  const run = (script: string): Promise<Result> =>
    collect(
      spawn('nsenter', [...enter, ...environment, 'sh', '-c', script], { stdio: ['ignore', 'pipe', 'pipe'] }),
    )
  const must = async (script: string): Promise<string> => {
    const { status, stdout, stderr } = await run(script)
    if (status !== 0) throw new Error(`${script}: ${status}: ${stdout}${stderr}`)
    return stdout
  }
  for (const wire of wires) await must(connect(wire))
  return {
    run,
    must,
    write: async (root, files) => void (await must(files.map((file) => writeCommand(root, file)).join('\n'))),
    close: () => {
      holder.kill('SIGKILL')
      rmSync(folder, { recursive: true, force: true })
    },
  }
}

function collect(child: ChildProcess): Promise<Result> {
  const output = { stdout: '', stderr: '' }
  child.stdout?.on('data', (chunk: Buffer) => void (output.stdout += chunk.toString()))
  child.stderr?.on('data', (chunk: Buffer) => void (output.stderr += chunk.toString()))
  // Not `close`: a process that outlives the script may still hold its standard output.
  return new Promise((resolve) =>
    child.once('exit', (status) => setTimeout(() => resolve({ status, ...output }), 20)),
  )
}

const isReady = (holder: ChildProcess): Promise<void> =>
  new Promise((resolve, reject) => {
    holder.stdout?.once('data', () => resolve())
    holder.once('exit', (code) => reject(new Error(`the guest’s first process ended with ${code}`)))
  })

/** A process holds the namespace of the neighbour. */
const connect = ({ link, neighbour }: Wire): string => `
unshare --net sh -c 'echo $$ >/tmp/neighbour; exec sleep 100000' </dev/null >/dev/null 2>&1 &
until [ -s /tmp/neighbour ]; do sleep 0.02; done
pid=$(cat /tmp/neighbour); rm /tmp/neighbour
ip link add ${link} type veth peer name wire netns $pid
nsenter -t $pid --net sh -c '
  sysctl -qw net.ipv6.conf.all.accept_dad=0 net.ipv6.conf.wire.accept_dad=0
  ip link set lo up && ip link set wire up
  ${neighbour.map((address) => `ip address add ${address} dev wire`).join('\n  ')}'
`

function writeCommand(root: string, file: RenderedFile): string {
  const path = quote(`${root}${file.path}`)
  const folder = `mkdir -p ${quote(`${root}${file.path}`.replace(/\/[^/]*$/, ''))}`
  if ('symlink' in file) return `${folder} && ln -s ${quote(file.symlink)} ${path}`
  return `${folder} && printf %s ${quote(file.content)} >${path} && chmod ${file.mode.toString(8)} ${path}`
}
