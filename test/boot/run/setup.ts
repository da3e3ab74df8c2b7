// Before the boots: the root file systems, built once and said so. After them: the table.
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { TestProject } from 'vitest/node'
import { whyNoBoot, whyNoLab } from '../lab/lab.js'
import { cacheFolder, ensureRoot, isRootThere, rootNameOf } from '../lab/rootfs.js'
import { stackOf } from '../lab/stacks.js'
import { readResults } from './results.js'
import { formatTable } from './table.js'
import { wantedCells, wantedPlaces } from './wanted.js'

declare module 'vitest' {
  interface ProvidedContext {
    /** A file that takes a line for each cell. */
    bootResults: string
    /** Why no host can boot on this machine; empty when one can. */
    bootObstacle: string
  }
}

const say = (line: string): void => console.log(`boot: ${line}`)

export default async function setup(project: TestProject): Promise<() => void> {
  const folder = mkdtempSync(join(tmpdir(), 'multihome-results-'))
  const file = join(folder, 'results')
  const obstacle = whyNoLab()
  project.provide('bootResults', file)
  project.provide('bootObstacle', obstacle ?? '')
  if (obstacle !== undefined) {
    if (process.env['MULTIHOME_REQUIRE_BOOT'] === '1') throw new Error(`no host can boot here: ${obstacle}`)
    say(`skipped: ${obstacle}`)
  } else await buildRoots()
  const begun = Date.now()
  return () => {
    const results = readResults(file)
    if (results.length > 0) console.log(`\n${formatTable(results)}`)
    const boots = results.filter(
      ({ outcome }) => outcome.kind === 'same' || outcome.kind === 'differs',
    ).length
    if (boots > 0) say(`${boots} of ${wantedCells.length} cells booted in ${minutes(Date.now() - begun)}`)
    rmSync(folder, { recursive: true, force: true })
  }
}

async function buildRoots(): Promise<void> {
  for (const { stack, debian } of wantedPlaces) {
    const { root } = stackOf(stack)
    if (isRootThere(root, debian) || whyNoBoot(stack, debian) !== undefined) continue
    say(`building ${rootNameOf(root, debian)} with mmdebstrap, once, in ${cacheFolder()}`)
    const begun = Date.now()
    await ensureRoot(root, debian)
    say(`${rootNameOf(root, debian)} is there after ${Math.round((Date.now() - begun) / 1000)} s`)
  }
}

const minutes = (milliseconds: number): string => `${(milliseconds / 60_000).toFixed(1)} min`
