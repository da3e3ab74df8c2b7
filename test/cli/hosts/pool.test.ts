// Worker threads of eachHost, with workers that answer when the test says so.
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest'
import type { CheckedHost } from '../../../src/cli/hosts/check-host.js'
import type { Done } from '../../../src/cli/hosts/job.js'
import { inWorkers } from '../../../src/cli/hosts/pool.js'
import type { Host, HostWorker } from '../../../src/cli/runtime/host.js'

interface FakeWorker extends HostWorker {
  readonly asked: (readonly string[])[]
  readonly answer: () => void
  readonly fail: (error: unknown, isMemory: boolean) => void
  isStopped: boolean
  isReleased: boolean
  writes: boolean
}

const doneOf = (file: string): Done<CheckedHost> => ({
  file,
  printed: [['stderr', `${file}\n`]],
  result: { archive: undefined, findings: { file, text: undefined, diagnostics: [] } },
})

function fakeWorker(): FakeWorker {
  let receive: (message: unknown) => void = () => undefined
  let receiveError: (error: unknown, isMemory: boolean) => void = () => undefined
  const asked: (readonly string[])[] = []
  const worker: FakeWorker = {
    asked,
    isStopped: false,
    isReleased: false,
    writes: false,
    post: (files) => asked.push(files),
    onMessage: (given) => (receive = given),
    onError: (given) => (receiveError = given),
    isWriting: () => worker.writes,
    release: () => (worker.isReleased = true),
    stop: () => (worker.isStopped = true),
    answer: () => receive({ done: (asked.shift() ?? []).map(doneOf) }),
    fail: (error, isMemory) => receiveError(error, isMemory),
  }
  return worker
}

const options = {
  targets: [],
  strict: false,
  stdinName: undefined,
  detail: 'summary',
  defaults: undefined,
} as const

function pool(count: number, threads = 2) {
  const workers: FakeWorker[] = []
  const start = (): FakeWorker => {
    const worker = fakeWorker()
    workers.push(worker)
    return worker
  }
  const io = { color: false, isInterrupted: false }
  const files = Array.from({ length: count }, (_, index) => `h${index}`)
  const yielded: Done<CheckedHost>[] = []
  const ended = (async () => {
    const hosts = inWorkers('check', files, options, io as Host, { start, threads })
    for await (const done of hosts) yielded.push(done)
  })()
  // A rejection is looked at later.
  ended.catch(() => undefined)
  const answerAll = async (): Promise<void> => {
    for (let round = 0; round < 100; round++) {
      for (const worker of workers) if (!worker.isStopped && worker.asked.length > 0) worker.answer()
      await vi.advanceTimersByTimeAsync(0)
    }
  }
  return { workers, io, files, yielded, ended, answerAll }
}

beforeEach(() => vi.useFakeTimers())
afterEach(() => vi.useRealTimers())

describe('worker threads', () => {
  test('yield in the order of the files, whichever answers first', async () => {
    const { workers, files, yielded, ended, answerAll } = pool(200)
    await vi.advanceTimersByTimeAsync(0)
    workers[1]?.answer()
    await vi.advanceTimersByTimeAsync(0)
    expect(yielded).toEqual([])
    await answerAll()
    await ended
    expect(yielded.map(({ file }) => file)).toEqual(files)
    expect(workers.every(({ isStopped, isReleased }) => isReleased && !isStopped)).toBe(true)
  })

  test('are asked for no more than a few batches ahead of the first unfinished one', async () => {
    const { workers } = pool(10_000)
    await vi.advanceTimersByTimeAsync(0)
    const [, second] = workers
    for (let round = 0; round < 100; round++) {
      if ((second?.asked.length ?? 0) > 0) second?.answer()
      await vi.advanceTimersByTimeAsync(0)
    }
    // The first one never answers.
    expect(second?.asked).toEqual([])
  })

  test.each([
    ['memory', 'the memory'],
    ['time', '60 seconds'],
  ])('are replaced when a host needs too much %s, and only this host has no result', async (lack, text) => {
    const { workers, files, yielded, ended } = pool(8, 1)
    await vi.advanceTimersByTimeAsync(0)
    const isBad = (worker: FakeWorker): boolean => worker.asked[0]?.includes('h5') === true
    for (let round = 0; round < 40; round++) {
      const worker = workers.at(-1)
      if (worker !== undefined && worker.asked.length > 0) {
        if (!isBad(worker)) worker.answer()
        else if (lack === 'memory') worker.fail(new Error('heap'), true)
        else await vi.advanceTimersByTimeAsync(62_000)
      }
      await vi.advanceTimersByTimeAsync(0)
    }
    await ended
    expect(yielded.map(({ file }) => file)).toEqual(files)
    expect(yielded.flatMap(({ file, result }) => (result === undefined ? [file] : []))).toEqual(['h5'])
    const [bad] = yielded.filter(({ result }) => result === undefined)
    expect(bad?.printed).toEqual([
      ['stderr', expect.stringContaining(`error[host-too-large]: h5 needs more than ${text}`)],
    ])
    expect(bad?.stopped?.diagnostics).toMatchObject([{ code: 'host-too-large', severity: 'error' }])
  })

  test('are not stopped while a tree changes', async () => {
    const { workers, ended, answerAll } = pool(4, 1)
    await vi.advanceTimersByTimeAsync(0)
    const [worker] = workers
    if (worker === undefined) throw new Error('there is no worker')
    worker.writes = true
    await vi.advanceTimersByTimeAsync(200_000)
    expect(worker.isStopped).toBe(false)
    worker.writes = false
    await answerAll()
    await ended
    expect(workers).toHaveLength(1)
  })

  test('pass on a bug, and are stopped', async () => {
    const { workers, ended } = pool(100)
    await vi.advanceTimersByTimeAsync(0)
    workers[0]?.fail(new Error('a bug'), false)
    await expect(ended).rejects.toThrow('a bug')
    expect(workers.every(({ isStopped }) => isStopped)).toBe(true)
  })

  test('finish what they have begun after a signal', async () => {
    const { io, yielded, files, ended, answerAll } = pool(1000)
    await vi.advanceTimersByTimeAsync(0)
    io.isInterrupted = true
    await answerAll()
    await vi.advanceTimersByTimeAsync(2000)
    await ended
    expect(yielded.length).toBeGreaterThan(0)
    expect(yielded.length).toBeLessThan(100)
    expect(yielded.map(({ file }) => file)).toEqual(files.slice(0, yielded.length))
  })
})
