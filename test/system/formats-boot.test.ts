// Format `cloud-init` in booted hosts: cloud-init itself reads the user data at the first boot, and the kernel then has
// the plan.
import { createHash } from 'node:crypto'
import { join } from 'node:path'
import { beforeAll, describe, expect, test } from 'vitest'
import { compareWithPlan, hostOf } from '../boot/host/host.js'
import { isRefusal, renderFor, type Platform } from '../boot/host/rendering.js'
import { openLab, whyNoBoot, whyNoLab } from '../boot/lab/lab.js'
import { buildRoot, keepRoot } from '../boot/lab/rootfs/rootfs-cache.js'
import { cacheFolder, ensureRoot, rootFolder, suites } from '../boot/lab/rootfs/rootfs.js'
import type { TreeEntry } from '../boot/lab/rootfs/tree.js'
import { fixtureNamed } from '../helpers/fixtures.js'
import { formatted } from './formats.js'

const platforms = (['networkd', 'netplan', 'nm-keyfile', 'ifupdown'] as const).map((stack): Platform => ({
  stack,
  debian: 13,
}))

const options = ['--variant=custom', '--include=cloud-init']

/** The root file system of the boot tests with cloud-init, for the labs of this process. */
async function useCloudRoot(): Promise<void> {
  const base = await ensureRoot('systemd', 13)
  const hash = createHash('sha256').update(options.join('\n')).digest('hex').slice(0, 8)
  process.env['MULTIHOME_BOOT_CACHE'] = join(cacheFolder(), `cloud-${hash}`)
  const copyBase = `--setup-hook=cp -a --reflink=auto '${base}/.' "$1"`
  const root = rootFolder('systemd', 13)
  while (!(await keepRoot(root))) await buildRoot(root, ['mmdebstrap', ...options, copyBase, suites[13]])
}

const obstacle = whyNoLab() ?? whyNoBoot('networkd', 13)

/** The datasource of an image without a cloud; cloud-init leaves the network alone. */
const seed = (userData: Uint8Array): readonly TreeEntry[] =>
  Object.entries({
    '/etc/cloud/cloud.cfg.d/99-multihome.cfg': 'datasource_list: [NoCloud]\nnetwork: {config: disabled}\n',
    '/var/lib/cloud/seed/nocloud/meta-data': 'instance-id: i-1\n',
    '/var/lib/cloud/seed/nocloud/user-data': new TextDecoder().decode(userData),
  }).map(([path, content]) => ({ path, mode: 0o600, content }))

if (obstacle !== undefined) {
  if (process.env['MULTIHOME_REQUIRE_FORMATS'] === '1')
    throw new Error(`cloud-init in booted hosts: ${obstacle}`)
  console.warn(`skipped: cloud-init in booted hosts: ${obstacle}`)
}

describe.skipIf(obstacle !== undefined).concurrent('the first boot of an instance', () => {
  beforeAll(useCloudRoot, 300_000)

  test.for(platforms)('gives the kernel the plan, as do later boots: $stack', async (platform) => {
    const rendering = renderFor(fixtureNamed('two-isps-balanced').text, platform)
    if (isRefusal(rendering)) throw new Error(rendering.refused)
    const { output, plan } = rendering
    const tree = { host: 'gw1', target: platform.stack, output, folder: '' }
    const spec = hostOf({ plan, output: { ...output, files: [] } }, platform)
    let lab = await openLab({ ...spec, tree: [...spec.tree, ...seed(formatted('cloud-init', [tree]))] })
    try {
      const status = await lab.exec('cloud-init status --long')
      expect(await compareWithPlan(lab, plan), status.stdout).toEqual([])
      expect(status.stdout).toContain('status: done')
      // cloud-init changes nothing at later boots.
      lab = await lab.reboot()
      expect(await compareWithPlan(lab, plan)).toEqual([])
    } finally {
      await lab.close()
    }
  })
})
