// Run of a command on another kernel: user-mode Linux with this machine's files as its root.
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { existsSync, mkdirSync, mkdtempSync, rmSync, statfsSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { cgroupFolder, inCgroup, killCgroup, readIfReadable } from '../lab/process/cgroup.js'
import { onExit } from '../lab/process/cleanup.js'
import { runOrThrow } from '../lab/process/shell.js'
import type { Result } from '../lab/process/shell.js'
import { ensureKernel } from './kernels.js'
import type { UserModeKernel } from './kernels.js'

export type Job = {
  readonly kernel: UserModeKernel
  readonly command: readonly string[]
  readonly env: Readonly<Record<string, string | undefined>>
  /**
   * Folders that an overlay lies over. Linux 5.10 cannot open a file of hostfs through an overlay (hostfs_file_open()
   * takes the path of the overlay), so there each is an ext4 image.
   */
  readonly lowerFolders: readonly string[]
  readonly maxSeconds: number
}

/** Mebibytes: node needs 300, and each host some 50. */
const memory = 2048

/** Everything that the lab or a stack loads by itself on the kernel of a distribution, which builds most of it in. */
const modules = 'ipv6 overlay tun veth bridge 8021q bonding vrf macvlan dummy nf_tables'

const quoted = (text: string): string => `'${text.replaceAll("'", `'\\''`)}'`

/** Runs as the first process; /tmp stays, since the project may lie in it. */
function initScript({ command, env }: Job, mounts: readonly string[], files: JobFiles): string {
  const exports = Object.entries({ ...env, TMPDIR: '/run/tmp' }).map(
    ([name, value]) => `export ${name}=${quoted(value ?? '')}`,
  )
  return `#!/bin/sh
export PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin
mount -t proc proc /proc
mount -t sysfs sys /sys
mount -t devtmpfs dev /dev
mkdir -p /dev/pts /dev/shm
mount -t devpts pts /dev/pts
mount -t cgroup2 cgroup /sys/fs/cgroup
mount -t tmpfs -o size=90% run /run
mkdir -p /run/tmp /run/modules/lib
ln -s ${quoted(files.modules)} /run/modules/lib/modules
printf '#!/bin/sh\\nexec modprobe -d /run/modules "$@"\\n' >/run/modprobe
chmod +x /run/modprobe
echo /run/modprobe >/proc/sys/kernel/modprobe
/run/modprobe -a ${modules}
ip link set lo up
${mounts.join('\n')}
${exports.join('\n')}
${command.map(quoted).join(' ')} >${quoted(files.output)} 2>&1 </dev/null
echo $? >${quoted(files.status)}
sync
echo o >/proc/sysrq-trigger
`
}

type JobFiles = { readonly modules: string; readonly output: string; readonly status: string }

let serial = 0

/** Its exit status and output. The whole of it ends with this process, also if this is killed. */
export async function runOnKernel(job: Job): Promise<Result> {
  const kernel = await ensureKernel(job.kernel)
  const name = `mh-${process.pid}-kernel${(serial += 1)}`
  const folder = mkdtempSync(join(tmpdir(), `${name}-`))
  const cgroup = join(cgroupFolder() ?? '/', name)
  const cleanUp = onExit(() => {
    killCgroup(cgroup)
    rmSync(folder, { recursive: true, force: true })
  })
  try {
    mkdirSync(cgroup)
    const files = { modules: kernel.modules, output: join(folder, 'output'), status: join(folder, 'status') }
    const images = job.kernel === '5.10' ? await imagesOf(job.lowerFolders, folder) : []
    const mounts = images.map(({ root }, n) => `mount -o ro /dev/ubd${'abcdefgh'[n] ?? ''} ${quoted(root)}`)
    const init = join(folder, 'init')
    writeFileSync(init, initScript(job, mounts, files), { mode: 0o755 })
    const disks = images.map(({ image }, n) => `ubd${n}r=${image}`)
    const console = await bootKernel(job, [kernel.program, ...disks, `init=${init}`], cgroup)
    const status = readIfReadable(files.status).trim()
    const output = readIfReadable(files.output)
    return status === ''
      ? { code: 255, stdout: output, stderr: console }
      : { code: Number(status), stdout: output, stderr: '' }
  } finally {
    cleanUp()
  }
}

async function imagesOf(
  roots: readonly string[],
  folder: string,
): Promise<readonly { readonly root: string; readonly image: string }[]> {
  const images = roots.map((root, n) => ({ root, image: join(folder, `image${n}`) }))
  for (const { root, image } of images)
    await runOrThrow(['mke2fs', '-q', '-t', 'ext4', '-O', '^has_journal', '-m', '0', '-d', root, image, '1G'])
  return images
}

/** What the kernel prints on its console, once it has ended. */
async function bootKernel(
  job: Job,
  [program = '', ...args]: readonly string[],
  cgroup: string,
): Promise<string> {
  const words = inCgroup(cgroup, [
    ...[program, `mem=${memory}M`, 'root=/dev/root', 'rootfstype=hostfs', 'rootflags=/', 'rw', 'quiet'],
    ...['con=null', 'con0=null,fd:1', ...args],
  ])
  const child = spawn('setpriv', ['--pdeathsig', 'KILL', ...words], {
    stdio: ['ignore', 'pipe', 'pipe'],
    detached: true,
    env: { ...process.env, TMPDIR: memoryFolder() },
  })
  let console = ''
  for (const stream of [child.stdout, child.stderr])
    stream.on('data', (chunk: Buffer) => void (console += chunk.toString()))
  const timer = setTimeout(() => {
    console += `given up after ${job.maxSeconds} s\n`
    killCgroup(cgroup)
  }, job.maxSeconds * 1000)
  // Processes of a kernel that was killed would keep the pipe open.
  child.once('exit', () => killCgroup(cgroup))
  await once(child, 'close')
  clearTimeout(timer)
  return console
}

/**
 * The kernel's memory is a deleted file that is mapped executable. /dev/shm of a container may have no room for it, or be
 * mounted `noexec`.
 */
function memoryFolder(): string {
  const shm = '/dev/shm'
  const isExecutable = readIfReadable('/proc/self/mounts')
    .split('\n')
    .map((line) => line.split(' '))
    .every(([, at, , options = '']) => at !== shm || !options.split(',').includes('noexec'))
  if (!existsSync(shm) || !isExecutable) return tmpdir()
  const { bavail, bsize } = statfsSync(shm)
  return bavail * bsize > memory * 2 ** 20 ? shm : tmpdir()
}
