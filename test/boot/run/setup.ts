// Before the boots: the root file systems, built once and said so. After them: the table.
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { TestProject } from 'vitest/node'
import { whyNoBoot, whyNoLab } from '../lab/lab.js'
import { cacheFolder, ensureRoot, isRootThere, rootNameOf } from '../lab/rootfs.js'
import { stackOf } from '../lab/stacks.js'
import { sweep } from '../lab/sweep.js'
import { cellsBootedAgain, readResults } from './results.js'
import { recordProof } from './record.js'
import { formatResults } from './table.js'
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

export async function setup(project: TestProject): Promise<() => void> {
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
    // Of a worker that did not end by itself.
    if (obstacle === undefined) sweep()
    const results = readResults(file)
    if (results.length > 0) console.log(`\n${formatResults(results)}`)
    for (const cell of cellsBootedAgain(file)) say(`differed, and was booted once more: ${cell}`)
    if (process.env['MULTIHOME_BOOT_RECORD'] === '1') say(`recorded in ${recordProof(results)}`)
    const boots = results.filter(
      ({ outcome }) => outcome.kind === 'same' || outcome.kind === 'differs',
    ).length
    if (boots > 0) say(`${boots} of ${wantedCells.length} cells booted in ${minutes(Date.now() - begun)}`)
    rmSync(folder, { recursive: true, force: true })
  }
}

/** Two at a time: unpacking waits for the disk, configuring for the processor. */
async function buildRoots(): Promise<void> {
  const missing = new Map(
    wantedPlaces
      .filter(({ stack, debian }) => whyNoBoot(stack, debian) === undefined)
      .map(({ stack, debian }) => ({ kind: stackOf(stack).root, debian }))
      .filter(({ kind, debian }) => !isRootThere(kind, debian))
      .map((one) => [rootNameOf(one.kind, one.debian), one]),
  )
  if (missing.size === 0) return
  say(`${missing.size} roots are to be built with mmdebstrap, once, in ${cacheFolder()}`)
  const waiting = [...missing]
  const build = async (): Promise<void> => {
    for (let next = waiting.shift(); next !== undefined; next = waiting.shift()) {
      const [name, { kind, debian }] = next
      const begun = Date.now()
      await ensureRoot(kind, debian)
      say(`${name} is there after ${Math.round((Date.now() - begun) / 1000)} s`)
    }
  }
  await Promise.all([build(), build()])
}

const minutes = (milliseconds: number): string => `${(milliseconds / 60_000).toFixed(1)} min`
