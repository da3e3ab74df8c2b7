// Boot matrix: every fixture on every stack of every Debian; the kernel has the plan, and decides as the fixture
// says.
import { describe, expect, inject, test } from 'vitest'
import { bootCell } from './host/boot-cell.js'
import { reportTo } from './run/results.js'
import { selectedCells } from './run/selection.js'

const cells = selectedCells()

// vitest fails a file without tests.
test.runIf(cells.length === 0)('no cell is wanted', ({ skip }) =>
  skip('every cell of the matrix passed before with the same files and code (docs/booted.json)'),
)

describe.skipIf(inject('bootObstacle') !== '' || cells.length === 0).concurrent('booted', () => {
  test.for(cells)('$fixture.name on $stack, Debian $debian', async (cell, { skip }) => {
    const { skipped, differences } = await bootCell(cell, reportTo(inject('bootResults'), cell))
    if (skipped !== undefined) skip(skipped)
    expect(differences).toEqual([])
  })
})
