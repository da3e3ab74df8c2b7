// Kernels of user-mode Linux: each is a program of a Debian generation, with its modules, in the cache of the lab.
import { createHash } from 'node:crypto'
import { existsSync, readdirSync } from 'node:fs'
import { join } from 'node:path'
import { release } from 'node:os'
import { runSync } from '../lab/process/shell.js'
import { buildRoot, keepRoot } from '../lab/rootfs/rootfs-cache.js'
import { cacheFolder, suites } from '../lab/rootfs/rootfs.js'
import type { Debian } from '../lab/rootfs/rootfs.js'

/** Debian → the kernel that it comes with. */
export const ownKernels = { 13: '6.12', 12: '6.1', 11: '5.10' } as const satisfies Record<Debian, string>
export type UserModeKernel = (typeof ownKernels)[Debian]

/** It boots a host in half the time of the older ones. */
export const fastestKernel = ownKernels[13]

/** `host` is the kernel of this machine. */
export type Kernel = 'host' | UserModeKernel

/** `6.18` */
export const kernelVersion = (): string => release().replace(/^(\d+\.\d+).*$/, '$1')

function recipeOf(kernel: UserModeKernel): readonly string[] {
  const suite = Object.entries(suites).find(
    ([debian]) => ownKernels[Number(debian) as Debian] === kernel,
  )?.[1]
  return ['mmdebstrap', '--variant=extract', '--include=user-mode-linux', suite ?? '']
}

function folderOf(kernel: UserModeKernel): string {
  const hash = createHash('sha256').update(recipeOf(kernel).join('\n')).digest('hex').slice(0, 8)
  return join(cacheFolder(), `kernel-${kernel}-${hash}`)
}

/** The reason why this machine cannot run it, as far as known before its build; undefined if it can. */
export function whyNoKernel(kernel: UserModeKernel): string | undefined {
  if (process.arch !== 'x64') return 'user-mode Linux exists for amd64 only'
  if (!runSync(['modprobe', '--version'])) return 'no modprobe (apt-get install kmod)'
  if (!runSync(['mke2fs', '-V'])) return 'no mke2fs (apt-get install e2fsprogs)'
  if (existsSync(folderOf(kernel)) || runSync(['mmdebstrap', '--version'])) return undefined
  return 'no mmdebstrap (apt-get install mmdebstrap)'
}

export type KernelFiles = { readonly program: string; readonly modules: string }

/** Builds it if it does not exist; its folder stays until this process ends. */
export async function ensureKernel(kernel: UserModeKernel): Promise<KernelFiles> {
  const folder = folderOf(kernel)
  while (!(await keepRoot(folder))) await buildRoot(folder, recipeOf(kernel))
  const modules = join(folder, 'usr/lib/uml/modules')
  if (readdirSync(modules).length !== 1) throw new Error(`${modules} must have one kernel version`)
  return { program: join(folder, 'usr/bin/linux.uml'), modules }
}
