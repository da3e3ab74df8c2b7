// Import of live states: each fixture boots on one stack of one Debian, and what `verify --gather` collects there is
// imported as the plan of the fixture. Files and state at once: only what somebody has changed by hand differs.
import { describe, expect, inject, test } from 'vitest'
import { missingLinkSupport } from '../helpers/virtual-link-support.js'
import { goodFixtures } from '../helpers/fixtures.js'
import { runOnFiles } from '../cli/import/run.js'
import { gatherLine } from '../../src/verify/collect.js'
import type { Cell } from './host/boot-cell.js'
import { isRefusal, renderFor } from './host/rendering.js'
import { bootLive } from './import/boot-live.js'
import { withLab } from './import/boot-tree.js'
import { handWrittenHost, hostNamed } from './import/hand-written.js'
import { onOtherKernel } from './kernel/boot-inside.js'
import { whyNoBoot } from './lab/lab.js'
import { isSelectedName, selectedPlatforms } from './run/selection.js'

/** Differences of a fixture, with the reason. */
const known: Readonly<Record<string, readonly string[]>> = {
  // `manage: routing` and `default: none`: main is left to the clients of leases of other programs, which add defaults.
  'cloud-beside-its-leases': [
    '! live: packets changed: 3 sets of packets',
    '! live: routes added: route default via 172.16.10.253 dev eth0 metric 100',
    '! live: routes added: route default via 172.16.20.253 dev eth1 metric 200',
  ],
}

/** Stacks and Debians take their turn; a fixture that one refuses goes to the next. */
function placeOf(fixture: Cell['fixture'], turn: number): Cell | undefined {
  const places = selectedPlatforms
    .map((_, n) => selectedPlatforms[(turn + n) % selectedPlatforms.length])
    .flatMap((platform) => platform ?? [])
  const platform = places.find(
    ({ stack, debian }) =>
      whyNoBoot(stack, debian) === undefined && !isRefusal(renderFor(fixture.text, { stack, debian })),
  )
  return platform && { ...platform, fixture }
}

/** One in eight, if a sample is wanted. */
const cells = goodFixtures.flatMap((fixture, turn) =>
  isSelectedName(8, fixture.name) ? (placeOf(fixture, turn) ?? []) : [],
)

const needsOtherKernel = ({ fixture, ...platform }: Cell): boolean => {
  const rendering = renderFor(fixture.text, platform)
  return !isRefusal(rendering) && missingLinkSupport(rendering.plan) !== undefined
}

const elsewhere = onOtherKernel(
  cells
    .filter(needsOtherKernel)
    .map(({ fixture, ...platform }) => [fixture.name, { ...platform, live: fixture.name }]),
)

describe.skipIf(inject('bootObstacle') !== '').concurrent('the live state', () => {
  test.for(cells)(
    '$fixture.name on $stack, Debian $debian, is imported as its plan',
    async (cell, { skip }) => {
      const { skipped, differences } = await (elsewhere(cell.fixture.name) ?? bootLive(cell))
      if (skipped !== undefined) skip(skipped)
      expect(differences).toEqual(known[cell.fixture.name] ?? [])
    },
  )

  const trees = ['hosting-second-network', 'three-files-that-merge'].filter((name) => isSelectedName(2, name))
  test.for(trees)('a rule added by hand is all that differs from the files of %s', async (name) => {
    const host = hostNamed(name)
    await withLab(handWrittenHost(host), async (lab) => {
      const compared = async () =>
        runOnFiles(
          [`${host.tree.folder}/root`, '--live', '-', '--partial', '--accept', 'sysctls,rp-filter,accept-ra'],
          { stdin: (await lab.exec(gatherLine())).stdout },
        )
      expect(await compared()).toMatchObject({ code: 0 })
      await lab.exec('ip rule add pref 50 to 203.0.113.77 blackhole')
      const { code, stderr } = await compared()
      expect([code, stderr]).toEqual([1, expect.stringContaining('pref 50 to 203.0.113.77 blackhole')])
    })
  })
})
