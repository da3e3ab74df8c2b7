// Cells of the matrix on other kernels, as user-mode Linux: those that this machine's kernel cannot boot, a sample of
// each Debian on its own kernel, or all with `--kernel`.
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { availableParallelism, tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, inject, test } from 'vitest'
import type { Cell } from './host/boot-cell.js'
import { bundle } from './kernel/bundle.js'
import type { CellNames } from './kernel/inside.js'
import { ensureKernel, whyNoKernel } from './kernel/kernels.js'
import type { Kernel, UserModeKernel } from './kernel/kernels.js'
import { runOnKernel } from './kernel/user-mode-linux.js'
import { ensureRoot } from './lab/rootfs/rootfs.js'
import { stackOf } from './lab/stacks.js'
import { addResults, linesOf, reportTo } from './run/results.js'
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

/** The settings of the boot tests, and what says where the root file systems are. */
const passed = /^(MULTIHOME_.*|NETIFRC_TREE|XDG_CACHE_HOME|HOME)$/

const folder = mkdtempSync(join(tmpdir(), 'multihome-kernels-'))
const program = join(folder, 'inside.mjs')
afterAll(() => rmSync(folder, { recursive: true, force: true }))

beforeAll(async () => {
  if (runs.length > 0) await bundle(join(import.meta.dirname, 'kernel/inside.ts'), program)
})

async function bootAll({ kernel, cells }: Run, at: number): Promise<string> {
  const [list, results] = [join(folder, `cells${at}`), join(folder, `results${at}`)]
  const names: CellNames = cells.map(({ fixture, stack, debian }) => [fixture.name, stack, debian])
  writeFileSync(list, JSON.stringify(names))
  const lowerFolders = new Set<string>()
  for (const { stack, debian } of cells) lowerFolders.add(await ensureRoot(stackOf(stack).root, debian))
  // Every peer runs dnsmasq from it.
  await ensureRoot('systemd', 13)
  const { code, stdout, stderr } = await runOnKernel({
    kernel,
    command: [process.execPath, program, list, results],
    env: {
      ...Object.fromEntries(Object.entries(process.env).filter(([name]) => passed.test(name))),
      MULTIHOME_BOOT_SLOWNESS: '5',
    },
    lowerFolders: [...lowerFolders],
    maxSeconds: 300 + 60 * cells.length,
  })
  addResults(inject('bootResults'), linesOf(results))
  return code === 0 ? '' : `exit ${code}: ${stdout}${stderr}`
}

// vitest fails a file without tests.
test.runIf(runs.length === 0)('no cell is wanted on another kernel', ({ skip }) =>
  skip('this kernel boots every selected cell, or the record has it (docs/booted.json)'),
)

/** Without a network it cannot be unpacked. */
const obstacleOf = async (kernel: UserModeKernel): Promise<string | undefined> =>
  whyNoKernel(kernel) ??
  (await ensureKernel(kernel).then(
    () => undefined,
    (error: unknown) => String(error).split('\n').slice(0, 3).join(' '),
  ))

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
    const problems = (lanes[at % lanes.length] ?? Promise.resolve()).then(() => bootAll(run, at))
    lanes[at % lanes.length] = problems.catch(() => undefined)
    expect(await problems).toBe('')
  })
})
