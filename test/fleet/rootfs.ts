// Root file system of the fleet's hosts: that of the boot tests, with sshd, sudo and a user for Ansible.
import { createHash } from 'node:crypto'
import { join } from 'node:path'
import { buildRoot, keepRoot } from '../boot/lab/rootfs/rootfs-cache.js'
import { cacheFolder, ensureRoot, rootFolder, suites } from '../boot/lab/rootfs/rootfs.js'

export const admin = 'admin'

const options = [
  '--variant=custom',
  '--include=openssh-server,sudo',
  `--customize-hook=chroot "$1" useradd --create-home --shell /bin/bash ${admin}`,
]

/**
 * Builds it once, in a cache of its own, and makes it the root file system of every lab of this process. The cached
 * ones of the boot tests stay as they are.
 */
export async function useFleetRoot(): Promise<void> {
  const base = await ensureRoot('systemd', 13)
  const hash = createHash('sha256').update(options.join('\n')).digest('hex').slice(0, 8)
  process.env['MULTIHOME_BOOT_CACHE'] = join(cacheFolder(), `fleet-${hash}`)
  const root = rootFolder('systemd', 13)
  const copyBase = `--setup-hook=cp -a --reflink=auto '${base}/.' "$1"`
  while (!(await keepRoot(root))) await buildRoot(root, ['mmdebstrap', ...options, copyBase, suites[13]])
}
