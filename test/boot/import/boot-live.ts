// One fixture whose live state is imported.
import { wrongLiveImport } from '../checks/live-import.js'
import type { Cell } from '../host/boot-cell.js'
import { bootHost, compareWithPlan } from '../host/host.js'
import { leasesOf } from '../host/leases/leases-file.js'
import { mustRender } from '../host/rendering.js'
import type { HostResult } from '../kernel/inside.js'
import { whyNotOn } from '../run/skip-policy.js'

export async function bootLive({ fixture, ...platform }: Cell): Promise<HostResult> {
  const rendering = mustRender(fixture.text, platform)
  const skipped = whyNotOn(rendering.plan, platform)
  if (skipped !== undefined) return { skipped, differences: [] }
  const lab = await bootHost(rendering, { ...platform, leases: leasesOf(fixture) })
  try {
    const wrong = await compareWithPlan(lab, rendering.plan)
    return { differences: [...wrong, ...(await wrongLiveImport(lab, rendering.plan))] }
  } finally {
    await lab.close()
  }
}
