// Cells of the matrix on other kernels, as user-mode Linux: those that this machine's kernel cannot boot, a sample of
// each Debian on its own kernel, or all with `--kernel`.
import { availableParallelism } from 'node:os'
import { describe, inject, test } from 'vitest'
import type { Cell } from './host/boot-cell.js'
import { bootInside, obstacleOf } from './kernel/boot-inside.js'
import type { Kernel, UserModeKernel } from './kernel/kernels.js'
import { addResults, reportTo } from './run/results.js'
import { cellsByKernel } from './run/selection.js'

/** Cells of one run of a kernel. */
const maxCells = 40

type Run = { readonly kernel: UserModeKernel; readonly cells: readonly Cell[] }

function runsOf([kernel, cells]: readonly [Kernel, readonly Cell[]]): readonly Run[] {
  if (kernel === 'host') return []
  const count = Math.ceil(cells.length / maxCells)
  return Array.from({ length: count }, (_, n) => ({
    kernel,
    cells: cells.slice(Math.floor((n * cells.length) / count), Math.floor(((n + 1) * cells.length) / count)),
  }))
}

const runs = [...cellsByKernel()].flatMap(runsOf)

async function bootAll({ kernel, cells }: Run): Promise<readonly string[]> {
  const specs = cells.map(({ fixture, ...platform }) => ({ ...platform, fixture: fixture.name }))
  const { hosts, outcomes } = await bootInside(kernel, specs)
  addResults(inject('bootResults'), outcomes)
  return specs.flatMap(({ fixture, stack, debian }, index) =>
    (hosts[index]?.differences ?? []).map((line) => `${fixture} on ${stack}, Debian ${debian}: ${line}`),
  )
}

// vitest fails a file without tests.
test.runIf(runs.length === 0)('no cell is wanted on another kernel', ({ skip }) =>
  skip('this kernel boots every selected cell, or the record has it (docs/booted.json)'),
)

/** A cell that differs is repeated within the kernel. */
const options = { retry: 0, timeout: 7_200_000 }

/** A kernel has one processor. */
const lanes = Array.from({ length: availableParallelism() }, (): Promise<unknown> => Promise.resolve())

describe.skipIf(inject('bootObstacle') !== '' || runs.length === 0).concurrent('on another kernel', () => {
  test.for(runs)('$cells.length cells boot on Linux $kernel', options, async (run, { skip, expect }) => {
    const why = await obstacleOf(run.kernel)
    if (why !== undefined) {
      for (const cell of run.cells)
        reportTo(inject('bootResults'), cell)({ kind: 'cannot run here', why: `Linux ${run.kernel}: ${why}` })
      if (process.env['MULTIHOME_REQUIRE_BOOT'] !== '1') skip(`Linux ${run.kernel}: ${why}`)
    }
    expect(why).toBe(undefined)
    const at = runs.indexOf(run)
    const problems = (lanes[at % lanes.length] ?? Promise.resolve()).then(() => bootAll(run))
    lanes[at % lanes.length] = problems.catch(() => undefined)
    expect(await problems).toEqual([])
  })
})
