// Boots of hosts on another kernel, from this machine's side.
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Platform } from '../host/rendering.js'
import { hostNamed, platformsOf as platformsOfTree } from '../import/hand-written.js'
import { ensureRoot } from '../lab/rootfs/rootfs.js'
import { stackOf } from '../lab/stacks.js'
import { linesOf } from '../run/results.js'
import { bundle } from './bundle.js'
import type { HostResult, HostSpec, ReportedHost } from './inside.js'
import { ensureKernel, fastestKernel, whyNoKernel } from './kernels.js'
import type { UserModeKernel } from './kernels.js'
import { runOnKernel } from './user-mode-linux.js'

/** The settings of the boot tests, and what says where the root file systems are. */
const passed = /^(MULTIHOME_.*|NETIFRC_TREE|XDG_CACHE_HOME|HOME)$/

/** The reason why the kernel does not run here. Without a network it cannot be unpacked. */
export const obstacleOf = async (kernel: UserModeKernel): Promise<string | undefined> =>
  whyNoKernel(kernel) ??
  (await ensureKernel(kernel).then(
    () => undefined,
    (error: unknown) => String(error).split('\n').slice(0, 3).join(' '),
  ))

export type Booted = {
  /** In the order of the hosts. */
  readonly hosts: readonly HostResult[]
  /** Outcomes of the cells (`reportTo`). */
  readonly outcomes: readonly string[]
}

const platformsOf = (host: HostSpec): readonly Platform[] =>
  'tree' in host ? platformsOfTree(hostNamed(host.tree)) : [host]

export async function bootInside(kernel: UserModeKernel, hosts: readonly HostSpec[]): Promise<Booted> {
  const folder = mkdtempSync(join(tmpdir(), 'multihome-kernel-'))
  const [program, list, results] = [
    join(folder, 'inside.mjs'),
    join(folder, 'hosts'),
    join(folder, 'results'),
  ] as const
  try {
    await bundle(join(import.meta.dirname, 'inside.ts'), program)
    writeFileSync(list, JSON.stringify(hosts))
    const lowerFolders = new Set<string>()
    for (const { stack, debian } of hosts.flatMap(platformsOf))
      lowerFolders.add(await ensureRoot(stackOf(stack).root, debian))
    // Every peer runs dnsmasq from it.
    await ensureRoot('systemd', 13)
    const { code, stdout, stderr } = await runOnKernel({
      kernel,
      command: [process.execPath, program, list, results],
      env: {
        ...Object.fromEntries(Object.entries(process.env).filter(([name]) => passed.test(name))),
        MULTIHOME_BOOT_SLOWNESS: '5',
      },
      lowerFolders: [...lowerFolders],
      maxSeconds: 300 + 60 * hosts.length,
    })
    const reported = new Map<number, HostResult>()
    const outcomes: string[] = []
    for (const line of linesOf(results)) {
      const one = JSON.parse(line) as ReportedHost | { readonly fixture: string }
      if ('fixture' in one) outcomes.push(line)
      else reported.set(one.host, one)
    }
    const missing = { differences: [`no result, exit ${code}: ${stdout}${stderr}`] }
    return { outcomes, hosts: hosts.map((_, index) => reported.get(index) ?? missing) }
  } finally {
    rmSync(folder, { recursive: true, force: true })
  }
}

/**
 * Hosts by name that this machine's kernel cannot boot. One run of another kernel boots all of them, once the first result
 * is wanted; undefined for other names.
 */
export function onOtherKernel(
  hosts: readonly (readonly [name: string, host: HostSpec])[],
): (name: string) => Promise<HostResult> | undefined {
  let booted: Promise<readonly HostResult[]> | undefined
  const bootAll = async (): Promise<readonly HostResult[]> => {
    const why = await obstacleOf(fastestKernel)
    if (why !== undefined && process.env['MULTIHOME_REQUIRE_BOOT'] === '1') throw new Error(why)
    if (why !== undefined)
      return hosts.map(() => ({ skipped: `Linux ${fastestKernel}: ${why}`, differences: [] }))
    return (
      await bootInside(
        fastestKernel,
        hosts.map(([, host]) => host),
      )
    ).hosts
  }
  return (name) => {
    const index = hosts.findIndex(([one]) => one === name)
    if (index < 0) return undefined
    booted ??= bootAll()
    return booted.then((results) => results[index] ?? { differences: ['no result'] })
  }
}
