// Record of boots: merging of results, and what need not boot again.
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { describe, expect, onTestFinished, test } from 'vitest'
import { fixtureNamed } from '../../helpers/fixtures.js'
import { isRefusal, renderFor } from '../host/rendering.js'
import { readTestCodes } from './code-hash.js'
import {
  cellHashOf,
  isRecorded,
  kernelsOf,
  mergeRun,
  readRecord,
  signOf,
  withoutComments,
  writeRecord,
} from './boot-record.js'
import type { BootRecord, Run } from './boot-record.js'
import { addResult, addResults, repeatedCells, readResults, readTestResults } from './results.js'
import type { Result } from './results.js'
import { sameSign } from './table.js'
import { provideTestCodes } from './test-codes.js'

const platform = { stack: 'networkd', debian: 13 } as const
const cell = (result: Partial<Result>): Result => ({
  ...{ fixture: 'two-providers', ...platform, kernel: '6.18', outcome: { kind: 'same' } },
  ...result,
})
const nothing: Run = { versions: {}, cells: [], tests: [] }
const empty: BootRecord = { versions: {}, cells: {} }

function temporaryFile(): string {
  const folder = mkdtempSync(join(tmpdir(), 'multihome-record-'))
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }))
  return join(folder, 'results')
}

describe('the hash of a rendered file', () => {
  const content = '#!/bin/sh\n# why\n\nip rule add pref 1\n  # more\n# service: net.wan0\n'
  const file = { path: '/etc/x', mode: 0o644, owner: 'root:root', content } as const

  test('covers every line that a program reads, and no comment', () => {
    expect(withoutComments([file])).toEqual([
      { ...file, content: '#!/bin/sh\nip rule add pref 1\n# service: net.wan0\n' },
    ])
  })

  test('covers path, mode, owner, and the destination of a symbolic link', () => {
    const symlink = { path: '/etc/y', symlink: '# z' } as const
    expect(withoutComments([symlink, { ...file, mode: 0o600 }])).toEqual([
      symlink,
      expect.objectContaining({ path: '/etc/x', mode: 0o600, owner: 'root:root' }),
    ])
  })
})

describe('a record', () => {
  test('keeps what a narrowed run did not boot, including versions', () => {
    const before: BootRecord = {
      ...{ versions: { netifrc: { 13: 'openrc 0.56' }, networkd: { 12: 'systemd 252.39' } } },
      cells: {
        post: { netifrc: '13@6.18=a/b' },
        'two-providers': { networkd: '13@6.17=old/lab 12@6.1=c/d' },
      },
      tests: { life: { 'one, Debian 13': 'e/f' } },
    }
    const run: Run = {
      ...nothing,
      versions: { netifrc: {}, networkd: { 13: 'systemd 257.13', 12: 'systemd 252.40' } },
      cells: [cell({ hash: 'new/lab' })],
      tests: [{ file: 'life', test: 'another, Debian 13', passed: true, inputs: 'g/h' }],
    }
    expect(mergeRun(before, run)).toEqual({
      versions: {
        netifrc: { 13: 'openrc 0.56' },
        networkd: { 12: 'systemd 252.39', 13: 'systemd 257.13' },
      },
      cells: {
        post: { netifrc: '13@6.18=a/b' },
        'two-providers': { networkd: '13@6.18=new/lab 12@6.1=c/d' },
      },
      tests: { life: { 'another, Debian 13': 'g/h', 'one, Debian 13': 'e/f' } },
    })
  })

  test('drops a test that fails and a cell that is refused, and marks a cell that differs', () => {
    const before: BootRecord = {
      ...empty,
      cells: { post: { networkd: '13@6.18=a/b', netplan: '13@6.18=a/b' } },
      tests: { life: { one: 'e/f' } },
    }
    const { cells, tests } = mergeRun(before, {
      ...nothing,
      cells: [
        cell({ fixture: 'post', outcome: { kind: 'differs' } }),
        cell({ fixture: 'post', stack: 'netplan', outcome: { kind: 'refused', why: '' } }),
      ],
      tests: [{ file: 'life', test: 'one', passed: false, inputs: 'e/f' }],
    })
    expect(cells).toEqual({ post: { networkd: '13@6.18=differs', netplan: '' } })
    expect(tests).toEqual({ life: {} })
  })

  test('names each kernel on which the same files have booted', () => {
    const onKernel = (kernel: string, hash: string): Run => ({ ...nothing, cells: [cell({ kernel, hash })] })
    const first = mergeRun(mergeRun(empty, onKernel('6.18', 'a/b')), onKernel('6.12', 'a/b'))
    expect(first.cells['two-providers']?.networkd).toBe('13@6.18,6.12=a/b')
    expect(kernelsOf(first, 'two-providers', platform)).toEqual(['6.18', '6.12'])
    const changed = mergeRun(first, onKernel('6.12', 'c/d'))
    expect(changed.cells['two-providers']?.networkd).toBe('13@6.12=c/d')
  })

  test('ignores a cell that only began, or that cannot boot here', () => {
    const outcomes = [{ kind: 'begun' }, { kind: 'cannot run here', why: 'no netifrc' }] as const
    const run = { ...nothing, cells: outcomes.map((outcome) => cell({ outcome })) }
    expect(mergeRun(empty, run).cells).toEqual({})
  })

  test('is written completely, and read again', () => {
    const file = temporaryFile()
    expect(readRecord(file)).toEqual(empty)
    const record = { ...empty, versions: { networkd: { 13: 'systemd 257.13' } } }
    writeRecord(file, record)
    expect(readRecord(file)).toEqual(record)
  })
})

describe('a cell is recorded', () => {
  test('only with the same files and the same lab', async () => {
    provideTestCodes(await readTestCodes())
    const fixture = fixtureNamed('two-providers')
    const rendering = renderFor(fixture.text, platform)
    if (isRefusal(rendering)) throw new Error(rendering.refused)
    const hash = cellHashOf(fixture, rendering.output)
    const [files, lab] = hash.split('/')
    const recorded = (entry: string): BootRecord =>
      mergeRun(empty, { ...nothing, cells: [cell({ hash: entry })] })
    const known = (entry: string) => [
      isRecorded(recorded(entry), fixture, platform),
      signOf(recorded(entry), fixture, platform),
    ]
    expect(known(hash)).toEqual([true, '='])
    expect(known(`${files}/other`)).toEqual([false, '='])
    expect(known(`other/${lab}`)).toEqual([false, '~'])
    expect(isRecorded(empty, fixture, platform)).toBe(false)
    expect(isRecorded(recorded(hash), fixture, platform, '6.18')).toBe(true)
    expect(isRecorded(recorded(hash), fixture, platform, '6.12')).toBe(false)
  })

  test('if its target refuses the description', () => {
    expect(isRecorded(empty, fixtureNamed('two-providers'), { stack: 'networkd', debian: 11 })).toBe(true)
  })
})

test('a table has one sign for the kernel of the Debian, one for another kernel, and one for both', () => {
  const kernels = [['6.12'], ['6.18'], ['6.18', '6.12']]
  expect(kernels.map((names) => sameSign(13, names))).toEqual(['o', '=', '≡'])
  expect(kernels.map((names) => sameSign(12, names))).toEqual(['=', '=', '='])
})

describe('the code of a test', () => {
  test('names the descriptions that it boots, and has a hash of its own', async () => {
    const codes = await readTestCodes()
    expect(codes['change']?.descriptions).toContain('test/boot/changes/renumbered.yaml')
    expect(codes['life']?.descriptions).toContain('fixtures/two-providers/description.yaml')
    expect(new Set(Object.values(codes).map(({ hash }) => hash)).size).toBe(Object.keys(codes).length)
  })
})

describe('results', () => {
  test('count the last try of a cell, and name the repeated cell', () => {
    const file = temporaryFile()
    for (const kind of ['begun', 'differs', 'begun', 'same'] as const)
      addResults(file, [JSON.stringify(cell({ outcome: { kind } }))])
    addResult(file, { file: 'life', test: 'one', passed: true, inputs: 'e/f' })
    expect(readResults(file).map(({ outcome }) => outcome.kind)).toEqual(['same'])
    expect(readTestResults(file)).toHaveLength(1)
    expect(repeatedCells(file)).toEqual(['two-providers on networkd, Debian 13, Linux 6.18'])
  })

  test('ignore an incomplete line', () => {
    const file = temporaryFile()
    addResult(file, cell({}))
    writeFileSync(file, `${readFileSync(file, 'utf8')}{"fixture":`)
    expect(readResults(file)).toHaveLength(1)
  })
})
