// Global setup of the boot tests: builds the root file systems before the boots, and prints the table after them.
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { TestProject } from 'vitest/node'
import { netifrcTree, whyNoBoot, whyNoLab } from '../lab/lab.js'
import { goodFixtures } from '../../helpers/fixtures.js'
import { missingLinkSupport } from '../../helpers/virtual-link-support.js'
import type { Cell } from '../host/boot-cell.js'
import { isRefusal, renderFor } from '../host/rendering.js'
import { whyNoKernel } from '../kernel/kernels.js'
import type { Kernel } from '../kernel/kernels.js'
import { cacheFolder, ensureRoot, isRootThere, rootNameOf } from '../lab/rootfs/rootfs.js'
import { stackOf } from '../lab/stacks.js'
import { cleanUpOrphans } from '../lab/process/cleanup-orphans.js'
import { repeatedCells, readResults } from './results.js'
import { readTestCodes } from './code-hash.js'
import { isRecorded, readRecord } from './boot-record.js'
import { keepRecord, recordFile, recordOfRun } from './save-record.js'
import { formatResults } from './table.js'
import { provideTestCodes } from './test-codes.js'
import { cellsByKernel, selectedPlatforms } from './selection.js'

declare module 'vitest' {
  interface ProvidedContext {
    /** File with one line for each result. */
    bootResults: string
    /** The reason why this machine cannot boot any host; empty if it can. */
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
  provideTestCodes(await readTestCodes())
  const byKernel = cellsByKernel()
  const cells = [...byKernel.values()].flat()
  if (obstacle === undefined) reportSelection(byKernel)
  const record = obstacle === undefined ? recordOfRun() : undefined
  const endRecord = record === undefined ? undefined : keepRecord(record, file)
  const begun = Date.now()
  return () => {
    // For a worker that was killed.
    if (obstacle === undefined) cleanUpOrphans()
    const results = readResults(file)
    if (results.length > 0) console.log(`\n${formatResults(results)}`)
    for (const cell of repeatedCells(file)) say(`differed, and booted once more: ${cell}`)
    if (record !== undefined) {
      endRecord?.()
      say(`recorded in ${record}`)
    }
    const boots = results.filter(({ outcome }) => ['same', 'differs', 'begun'].includes(outcome.kind)).length
    if (boots > 0) say(`${boots} of ${cells.length} cells booted in ${minutes(Date.now() - begun)}`)
    rmSync(folder, { recursive: true, force: true })
  }
}

/** Prints how many cells boot on each kernel, without those that this machine cannot boot. */
function reportSelection(byKernel: ReadonlyMap<Kernel, readonly Cell[]>): void {
  const counts = [...byKernel].map(([kernel, cells]): readonly [Kernel, number] => [
    kernel,
    cells.filter((cell) => canBoot(kernel, cell)).length,
  ])
  const count = counts.reduce((sum, [, one]) => sum + one, 0)
  const maxCells = Number(process.env['MULTIHOME_BOOT_AT_MOST'] ?? Infinity)
  if (count > maxCells)
    throw new Error(
      `${count} cells must boot, more than ${maxCells}: docs/booted.json does not have the current files and tests. fix: npm run record, and commit it`,
    )
  const elsewhere = counts.filter(([kernel, one]) => kernel !== 'host' && one > 0)
  const places = elsewhere.map(([kernel, one]) => `${one} on Linux ${kernel}`)
  say([`${count} cells of the matrix must boot`, ...places].join(', '))
  if (netifrcTree() !== undefined || !selectedPlatforms.some(({ stack }) => stack === 'netifrc')) return
  const record = readRecord(recordFile)
  const platform = { stack: 'netifrc', debian: 13 } as const
  const supported = goodFixtures.filter(({ text }) => !isRefusal(renderFor(text, platform)))
  const recorded = supported.filter((fixture) => isRecorded(record, fixture, platform))
  say(
    `netifrc boots only where NETIFRC_TREE names an installed one: ${recorded.length} of its ${supported.length} cells are in docs/booted.json with the current files, the others are not tested`,
  )
}

function canBoot(kernel: Kernel, { fixture, ...platform }: Cell): boolean {
  const rendering = renderFor(fixture.text, platform)
  if (isRefusal(rendering) || whyNoBoot(platform.stack, platform.debian) !== undefined) return false
  return kernel === 'host'
    ? missingLinkSupport(rendering.plan) === undefined
    : whyNoKernel(kernel) === undefined
}

/** Two builds at a time: unpacking waits for the disk, configuring for the processor. */
async function buildRoots(): Promise<void> {
  const missing = new Map(
    selectedPlatforms
      .filter(({ stack, debian }) => whyNoBoot(stack, debian) === undefined)
      .map(({ stack, debian }) => ({ kind: stackOf(stack).root, debian }))
      .filter(({ kind, debian }) => !isRootThere(kind, debian))
      .map((one) => [rootNameOf(one.kind, one.debian), one]),
  )
  if (missing.size === 0) return
  say(`${missing.size} root file systems must be built with mmdebstrap, once, in ${cacheFolder()}`)
  const waiting = [...missing]
  const build = async (): Promise<void> => {
    for (let next = waiting.shift(); next !== undefined; next = waiting.shift()) {
      const [name, { kind, debian }] = next
      const begun = Date.now()
      await ensureRoot(kind, debian)
      say(`built ${name} in ${Math.round((Date.now() - begun) / 1000)} s`)
    }
  }
  await Promise.all([build(), build()])
}

const minutes = (milliseconds: number): string => `${(milliseconds / 60_000).toFixed(1)} min`
