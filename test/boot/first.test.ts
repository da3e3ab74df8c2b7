// First installation: from the stack's own configuration to our files, by the steps of the output.
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, inject, test } from 'vitest'
import { compareWithPlan, installHost } from './host/host.js'
import { neighboursOf } from './host/neighbours.js'
import { preinstalledLeftovers, preinstalledFiles } from './host/actions/preinstalled-config.js'
import type { Platform, Rendering } from './host/rendering.js'
import { openLab } from './lab/lab.js'
import { renderedHere } from './run/skip-policy.js'
import { platformsFor } from './run/selection.js'

const text = readFileSync(join(import.meta.dirname, 'changes', 'two-gateways.yaml'), 'utf8')
const platforms = platformsFor(['networkd 12', 'nm-dispatcher 12', 'netplan 11', 'ifupdown 11'])

async function differencesOf({ plan, output }: Rendering, platform: Platform): Promise<readonly string[]> {
  const { files, gone } = preinstalledFiles(platform.stack)
  const external = plan.state.links.map((link) => link.name)
  const lab = await openLab({ ...platform, tree: files, peers: neighboursOf(plan), external })
  try {
    const before = await lab.waitStable()
    const isPlain = before.rules.length === 0 && before.links.includes('wan0 192.0.2.77/24')
    const found = isPlain || files.length === 0 ? [] : [`! before: ${JSON.stringify(before)}`]
    found.push(...(await installHost(lab, gone, output.files, output.first)))
    found.push(...(await compareWithPlan(lab, plan)))
    return found
  } finally {
    await lab.close()
  }
}

describe.skipIf(inject('bootObstacle') !== '').concurrent('the first time', () => {
  test.for(platforms)('$stack, Debian $debian', async (platform, { skip }) => {
    const rendering = renderedHere(text, platform, skip)
    expect(await differencesOf(rendering, platform)).toEqual(preinstalledLeftovers(platform.stack))
  })
})
