// Interrupted and killed test runs: they leave no host of their workers.
import { mkdtempSync, readdirSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { describe, expect, inject, onTestFinished, test } from 'vitest'
import { leftovers, leftoversAfterCleanup, startedBy } from './checks/leak-check.js'
import { start, until } from './checks/child-lab.js'
import type { ChildLab } from './checks/child-lab.js'
import { readRecord } from './run/boot-record.js'
import { selectedPlatforms } from './run/selection.js'

/** Boots one cell of the matrix, or more, as from a terminal. */
const run = (stacks = 'networkd', settings: Readonly<Record<string, string>> = {}): ChildLab =>
  start(
    [
      ...[process.execPath, 'scripts/test-boot.mjs'],
      ...['--fixture', 'two-providers', '--stack', stacks, '--debian', '13'],
    ],
    settings,
  )

const isWanted = selectedPlatforms.some(({ stack, debian }) => stack === 'networkd' && debian === 13)

/** A worker of this run that has created a network namespace, found by the name of the namespace. */
function workerOf({ pid }: ChildLab): number | undefined {
  const ours = startedBy(pid).map((one) => one.pid)
  const owners = readdirSync('/run/netns').map((name) => Number(/^mh-(\d+)-/.exec(name)?.[1]))
  return owners.find((owner) => ours.includes(owner))
}

describe.skipIf(inject('bootObstacle') !== '' || !isWanted).concurrent('nothing is left', () => {
  test.for([
    ['SIGINT', 'it'],
    ['SIGINT', 'its whole group'],
    ['SIGTERM', 'it'],
    ['SIGKILL', 'it'],
  ] as const)('of a test run after %s to %s', async ([signal, to]) => {
    const started = run()
    const worker = await until(() => workerOf(started), 300, started.output)
    const begun = startedBy(started.pid)
    started.send(signal, to)
    await started.ended
    expect(await leftovers(worker, begun)).toEqual([])
  })

  test('of a worker that is killed outright, once the run is over', async () => {
    const started = run()
    const worker = await until(() => workerOf(started), 300, started.output)
    const begun = startedBy(worker)
    process.kill(worker, 'SIGKILL')
    expect(await started.ended, started.output()).not.toBe('0')
    expect(await leftoversAfterCleanup(worker, begun)).toEqual([])
  })
})

describe.skipIf(inject('bootObstacle') !== '' || !isWanted)('a record', () => {
  test('has what was booted before its run was killed outright', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'multihome-record-'))
    onTestFinished(() => rmSync(folder, { recursive: true, force: true }))
    const file = join(folder, 'record.json')
    // NetworkManager is the slower of the two.
    const started = run('networkd,nm-keyfile', { MULTIHOME_BOOT_RECORD: file })
    await until(() => readRecord(file).cells['two-providers'], 300, started.output)
    started.send('SIGKILL', 'its whole group')
    await started.ended
    const { cells } = readRecord(file)
    expect(Object.values(cells['two-providers'] ?? {}).join()).toMatch(/^13@[\d.]+=[0-9a-f]{10}\/[0-9a-f]{6}/)
  })
})
