// Virtual links through changes of the description: created, recreated with other options and members, deleted.
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, inject, test } from 'vitest'
import { bootHost, changeHost, compareWithPlan } from './host/host.js'
import { mustRender } from './host/rendering.js'
import type { Platform } from './host/rendering.js'
import type { Lab } from './lab/lab.js'
import { renderedHere } from './run/skip-policy.js'
import { platformsFor } from './run/selection.js'

const textOf = (name: string): string =>
  readFileSync(join(import.meta.dirname, 'changes', `${name}.yaml`), 'utf8')

const START = 'bridge-two-ports'

/** Each change, its description, and the STP state of the bridge; undefined if there is no bridge. */
const changes = [
  ['a port is a link of its own', 'bridge-one-port', '0'],
  ['the port is back, and the bridge made otherwise', 'bridge-with-stp', '1'],
  ['made as at first', START, '0'],
  ['no bridge', 'bridge-gone', undefined],
] as const

/** networkd keeps a link whose file was removed; docs/targets/networkd.md says how to delete it. */
const leavesLink = (platform: Platform): boolean =>
  platform.stack === 'networkd' || platform.stack === 'netplan'

async function wrongBridge(
  lab: Lab,
  stp: '0' | '1' | undefined,
  platform: Platform,
): Promise<readonly string[]> {
  const { stdout } = await lab.netExec('ip -d -o link show dev lan0 2>/dev/null')
  const found = / stp_state (\d)/.exec(stdout)?.[1]
  if (found === stp) return []
  if (stp === undefined && leavesLink(platform)) {
    const { code, stderr } = await lab.exec('networkctl delete lan0')
    return code === 0 ? [] : [stderr]
  }
  return [`lan0 has stp_state ${String(found)}, not ${String(stp)}`]
}

describe.skipIf(inject('bootObstacle') !== '').concurrent('virtual links', () => {
  test.for(platformsFor(['networkd 12', 'networkd 11']))(
    'change on $stack, Debian $debian',
    async (platform, { skip }) => {
      const start = renderedHere(textOf(START), platform, skip)
      const steps = changes.map(([name, text, stp]) => ({
        name,
        stp,
        next: mustRender(textOf(text), platform),
      }))
      const lab = await bootHost(start, platform, ...steps.map(({ next }) => next.plan))
      try {
        const found = [
          ...(await compareWithPlan(lab, start.plan)),
          ...(await wrongBridge(lab, '0', platform)),
        ]
        let before = start
        for (const { name, stp, next } of steps) {
          const lines = await changeHost(lab, before.output.files, next)
          lines.push(...(await wrongBridge(lab, stp, platform)), ...(await compareWithPlan(lab, next.plan)))
          found.push(...lines.map((line) => `${name}: ${line}`))
          before = next
        }
        expect(found).toEqual([])
      } finally {
        await lab.close()
      }
    },
  )
})
