// Selection of cells and tests for this run: all, those missing from the record, or a sample.
import { createHash } from 'node:crypto'
import { groupBy } from '../../../src/stdlib/group-by.js'
import { goodFixtures } from '../../helpers/fixtures.js'
import { missingLinkSupport } from '../../helpers/virtual-link-support.js'
import type { Cell } from '../host/boot-cell.js'
import { platforms } from '../host/platforms.js'
import { isRefusal, renderFor } from '../host/rendering.js'
import type { Platform } from '../host/rendering.js'
import { fastestKernel, ownKernels } from '../kernel/kernels.js'
import type { Kernel } from '../kernel/kernels.js'
import { isRecorded, readRecord } from './boot-record.js'
import { recordFile } from './save-record.js'
import type { TestResult } from './results.js'

/** Options of `npm run test:boot`; an empty list selects everything. */
const listOf = (variable: string): readonly string[] =>
  (process.env[variable] ?? '').split(',').filter((word) => word !== '')

const selected = {
  fixtures: listOf('MULTIHOME_BOOT_FIXTURE'),
  stacks: listOf('MULTIHOME_BOOT_STACK'),
  debians: listOf('MULTIHOME_BOOT_DEBIAN'),
}

/** Only what the record lacks for the current files and code. */
const unprovenOnly = process.env['MULTIHOME_BOOT_UNPROVEN'] === '1'

/** A fixed sample, independent of the record. */
const sampleOnly = process.env['MULTIHOME_BOOT_SAMPLE'] === '1'

/** `host`, a version, or `own`: each Debian on its own kernel. Empty: what the host cannot boot, on 6.12. */
const selectedKernel = process.env['MULTIHOME_BOOT_KERNEL'] ?? ''

/** Everything, not only the unproven or the sample. */
const bootsEverything = !unprovenOnly && !sampleOnly

const record = readRecord(recordFile)

const isIn = (list: readonly string[], word: string): boolean => list.length === 0 || list.includes(word)

export const isSelectedPlatform = ({ stack, debian }: Platform): boolean =>
  isIn(selected.stacks, stack) && isIn(selected.debians, String(debian))

export const selectedPlatforms = platforms.filter(isSelectedPlatform)

/** Places of a test with its own descriptions: Debian 13, and the older ones that it names (`networkd 12`). */
export const platformsFor = (older: readonly string[]): readonly Platform[] =>
  selectedPlatforms.filter(
    ({ stack, debian }) => bootsEverything || debian === 13 || older.includes(`${stack} ${debian}`),
  )

/** Places of a test of a few fixtures, as it names them for one fixture. */
export const platformsOf = (fixture: string, few: readonly string[]): readonly Platform[] =>
  selectedPlatforms.filter(
    ({ stack, debian }) =>
      isIn(selected.fixtures, fixture) && (bootsEverything || few.includes(`${stack} ${debian}`)),
  )

/** A fixed selection by the hash of the name. */
const isOneIn = (count: number, name: string): boolean =>
  createHash('sha256').update(name).digest().readUInt32BE(0) % count === 0

const isInSample = ({ fixture, stack, debian }: Cell): boolean =>
  isOneIn(48, `${fixture.name} ${stack} ${debian}`)

/** Of each kernel some cells in each run of CI: a virtual link of each kind, leases, and every kind of stack. */
const ownKernelSample: readonly (readonly [fixture: string, stack: Platform['stack']])[] = [
  ['vlan-over-bond-made', 'networkd'],
  ['vrf-for-management', 'ifupdown'],
  ['two-providers', 'nm-dispatcher'],
]

const canBootOnHost = ({ fixture, ...platform }: Cell): boolean => {
  // Rendering every fixture takes seconds, and few have a virtual link.
  if (!/\b(vlan|bond|bridge|vrf|connmark)/.test(fixture.text)) return true
  const rendering = renderFor(fixture.text, platform)
  return isRefusal(rendering) || missingLinkSupport(rendering.plan) === undefined
}

function kernelOf(cell: Cell): Kernel {
  if (selectedKernel === 'own') return ownKernels[cell.debian]
  if (selectedKernel !== '') return selectedKernel as Kernel
  return canBootOnHost(cell) ? 'host' : fastestKernel
}

/** By default a cell counts on every kernel; with `--kernel` only on the named one. */
const isProven = ({ cell, kernel }: Placed): boolean =>
  isRecorded(record, cell.fixture, cell, selectedKernel === '' || kernel === 'host' ? undefined : kernel)

type Placed = { readonly kernel: Kernel; readonly cell: Cell }

/** Other kernels have a sample of their own, since they are slow. */
const isSampledOn = ({ cell, kernel }: Placed): boolean =>
  isInSample(cell) && (kernel === 'host' || selectedKernel !== '')

function selectedPlaces(): readonly Placed[] {
  const cells = goodFixtures
    .filter(({ name }) => isIn(selected.fixtures, name))
    .flatMap((fixture) => selectedPlatforms.map((platform) => ({ ...platform, fixture })))
  const isSampled = ({ fixture, stack }: Cell): boolean =>
    sampleOnly &&
    selectedKernel === '' &&
    ownKernelSample.some(([name, other]) => name === fixture.name && other === stack)
  return cells.flatMap((cell): readonly Placed[] => {
    const place = { cell, kernel: kernelOf(cell) }
    const isWanted =
      bootsEverything || (sampleOnly && isSampledOn(place)) || (unprovenOnly && !isProven(place))
    const own = ownKernels[cell.debian]
    return [
      ...(isWanted ? [place] : []),
      ...(isSampled(cell) && !(isWanted && place.kernel === own) ? [{ cell, kernel: own }] : []),
    ]
  })
}

/** The selected cells of the matrix on each kernel. */
export function cellsByKernel(): ReadonlyMap<Kernel, readonly Cell[]> {
  const byKernel = groupBy(selectedPlaces(), ({ kernel }) => kernel)
  return new Map([...byKernel].map(([kernel, places]) => [kernel, places.map(({ cell }) => cell)]))
}

/** The selected cells on the kernel of this machine. */
export const selectedCells = (): readonly Cell[] => cellsByKernel().get('host') ?? []

/** Hosts by name: all, or one in `count` of a sample. */
export const isSelectedName = (count: number, name: string): boolean =>
  bootsEverything || isOneIn(count, name)

/**
 * One in so many of the tests in a file: all of what depends on more than the rendered files, as the output of `multihome
 * verify` and the import do, which select a sample themselves.
 */
const inSample: Readonly<Record<string, number>> = { import: 1, live: 1, verify: 1, move: 16 }

/** Whether a test outside of the matrix is selected. */
export const isSelectedTest = ({ file, test, inputs }: Omit<TestResult, 'passed'>): boolean =>
  bootsEverything ||
  (sampleOnly && isOneIn(inSample[file] ?? 32, `${file} ${test}`)) ||
  (unprovenOnly && record.tests?.[file]?.[test] !== inputs)
