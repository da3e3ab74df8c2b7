// Import on booted hosts: the kernel of a host that a person configured has what the import read, and decides the same
// after a boot with what the import renders, for its own stack or another one.
import { describe, expect, inject, test } from 'vitest'
import { treeNames } from '../import/trees.js'
import { connectFromPeer } from './checks/connection.js'
import { applyTree, copyTree, lastLog, startTree, waitForPhase } from './host/actions/apply-program.js'
import { ask, bootTree, changed, withLab } from './import/boot-tree.js'
import {
  answersOf,
  handWrittenHost,
  hostNamed,
  missingSupport,
  renderedImport,
} from './import/hand-written.js'
import { onOtherKernel } from './kernel/boot-inside.js'
import { isSelectedName } from './run/selection.js'

const needsOtherKernel = (name: string): boolean => missingSupport(hostNamed(name)) !== undefined

/** One in four, if a sample is wanted, and of the slow ones on another kernel one in twelve. */
const names = treeNames.filter((name) => isSelectedName(needsOtherKernel(name) ? 12 : 4, name))
const others = treeNames.filter((name) => !names.includes(name))
if (others.length > 0) console.log(`import: not in the sample: ${others.join(', ')}`)

const elsewhere = onOtherKernel(names.filter(needsOtherKernel).map((tree) => [tree, { tree }]))

describe.skipIf(inject('bootObstacle') !== '').concurrent('a host as a person configured it', () => {
  test.for(names)('%s', async (name, { skip }) => {
    const { skipped, differences } = await (elsewhere(name) ?? bootTree(name))
    if (skipped !== undefined) skip(skipped)
    expect(differences).toEqual([])
  })

  test('hosting-second-network is applied while it runs', async ({ skip }) => {
    const host = hostNamed('hosting-second-network')
    const rendering = renderedImport(host, host.platform)
    if (typeof rendering === 'string') return skip(rendering)
    await withLab(handWrittenHost(host), async (lab) => {
      const before = await answersOf(lab, host.tree)
      const connection = await connectFromPeer(lab, 'eth0', '192.0.2.10')
      await copyTree(lab, rendering, '/root/tree')
      const run = await startTree(lab, '/root/tree', '--confirm-within 100')
      expect(await waitForPhase(lab, 'waiting'), await lastLog(lab)).toBe(true)
      const confirmed = await applyTree(lab, '/root/tree', '--confirm')
      expect([confirmed.code, (await run.ended()).code], await lastLog(lab)).toEqual([0, 0])
      const { answers, wrong } = await ask(lab, rendering.plan, host)
      expect([...wrong, ...changed(host, before, answers), ...(await connection.problems())]).toEqual([])
    })
  })
})
