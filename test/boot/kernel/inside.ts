// Program within user-mode Linux: boots cells of the matrix, and reports their results as test/boot/matrix.test.ts does.
import { readFileSync } from 'node:fs'
import { fixtureNamed } from '../../helpers/fixtures.js'
import { bootCell } from '../host/boot-cell.js'
import type { Cell } from '../host/boot-cell.js'
import { reportTo } from '../run/results.js'

/** `[["two-providers", "networkd", 13]]` */
export type CellNames = readonly (readonly [fixture: string, stack: Cell['stack'], debian: Cell['debian']])[]

/** The kernel has one processor; a boot also waits. */
const atOnce = 3

const [list = '', results = ''] = process.argv.slice(2)
const waiting = (JSON.parse(readFileSync(list, 'utf8')) as CellNames).map(([name, stack, debian]): Cell => ({
  fixture: fixtureNamed(name),
  stack,
  debian,
}))

/** As in vitest.config.ts, a failed boot is repeated once. */
async function boot(cell: Cell, triesLeft = 1): Promise<void> {
  const differences = await bootCell(cell, reportTo(results, cell)).then(
    (result) => result.differences,
    (error: unknown) => [String(error)],
  )
  if (differences.length === 0) return
  if (triesLeft > 0) return boot(cell, triesLeft - 1)
  const name = `${cell.fixture.name} on ${cell.stack}, Debian ${cell.debian}`
  console.log([`${name}:`, ...differences].join('\n  '))
  process.exitCode = 1
}

async function worker(): Promise<void> {
  for (let cell = waiting.shift(); cell !== undefined; cell = waiting.shift()) await boot(cell)
}

await Promise.all(Array.from({ length: atOnce }, worker))
