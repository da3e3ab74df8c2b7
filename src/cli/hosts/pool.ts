// Worker threads that do a job for many hosts. A library for pools would have to be shipped beside the bundle, and gives
// neither the order nor the limits.
import { createReporter } from '../../diagnostics/reporter.js'
import { printDiagnostics, type Findings } from '../runtime/findings.js'
import type { Host, HostWorker, JobMessage, Workers } from '../runtime/host.js'
import type { Done, Printed } from './job.js'
import type { JobName, OptionsOf, ResultOf } from './jobs.js'
import type { FromWorker } from './worker.js'

/** Hosts of a message: a message costs as much as a tenth of a host. */
const BATCH = 16

/** Batches that a worker has before it: one that it works on, and the next one. */
const AHEAD = 2

/** Batches of a worker that are not printed yet, at most, since their archives are in memory. */
const WINDOW = 4

/** Milliseconds for a batch. After that its hosts are tried one by one, with the same limit for each. */
const LIMIT = 60_000

interface Batch<Result> {
  readonly index: number
  readonly files: readonly string[]
  readonly done: Done<Result>[]
  /** After it was stopped once. */
  isSingle: boolean
}

interface Member<Result> {
  readonly worker: HostWorker
  /** The worker is at the first one. */
  readonly batches: Batch<Result>[]
  /** Since when, in milliseconds. */
  since: number
}

export async function* inWorkers<Name extends JobName>(
  name: Name,
  files: readonly string[],
  options: OptionsOf<Name>,
  io: Host,
  { start, threads }: Pick<Workers, 'start'> & { readonly threads: number },
): AsyncGenerator<Done<ResultOf<Name>>> {
  type Result = ResultOf<Name>
  const size = Math.max(1, Math.min(BATCH, Math.floor(files.length / threads)))
  const total = Math.ceil(files.length / size)
  const finished = new Map<number, readonly Done<Result>[]>()
  let dispatched = 0
  let yielded = 0
  let failure: unknown
  let wake = (): void => undefined

  const { color, stdoutColor } = io
  const job: JobMessage = { name, options, color, stdoutColor }
  const members = new Set<Member<Result>>()

  const recruit = (isLimited: boolean): Member<Result> => {
    const member: Member<Result> = { worker: start(job, isLimited), batches: [], since: 0 }
    members.add(member)
    member.worker.onMessage((message) => {
      if (members.has(member)) receive(member, message as FromWorker<Result>)
    })
    member.worker.onError((error, isMemory) => {
      if (!members.has(member)) return
      if (isMemory) replace(member, 'memory')
      else failure = error
      wake()
    })
    return member
  }

  /** A worker answers in the order of the questions. */
  const ask = (member: Member<Result>, batch: Batch<Result>): void => {
    if (member.batches.length === 0) member.since = Date.now()
    member.batches.push(batch)
    const { done, isSingle } = batch
    member.worker.post(isSingle ? batch.files.slice(done.length, done.length + 1) : batch.files)
  }

  const receive = (member: Member<Result>, message: FromWorker<Result>): void => {
    const batch = member.batches.shift()
    member.since = Date.now()
    if ('error' in message || batch === undefined)
      failure = 'error' in message ? message.error : new Error('an answer without a question')
    else {
      batch.done.push(...message.done)
      settle(member, batch)
    }
    wake()
  }

  const settle = (member: Member<Result>, batch: Batch<Result>): void => {
    const isDone = !batch.isSingle || batch.done.length === batch.files.length || io.isInterrupted
    if (isDone) finished.set(batch.index, batch.done)
    else ask(member, batch)
  }

  /** What the worker does now takes too much. */
  const replace = (member: Member<Result>, lack: 'time' | 'memory'): void => {
    const [batch, ...others] = member.batches
    if (batch === undefined) return
    members.delete(member)
    member.worker.stop()
    // A host that needs more memory than others gets it.
    const next = recruit(false)
    for (const other of others) ask(next, other)
    const file = batch.files[batch.done.length]
    if (batch.isSingle && file !== undefined) batch.done.push(stopped<Result>(file, lack, io))
    batch.isSingle = true
    settle(next, batch)
  }

  for (let index = 0; index < threads; index++) recruit(true)

  const fill = (): void => {
    if (io.isInterrupted) return
    for (let ahead = 1; ahead <= AHEAD; ahead++)
      for (const member of members) {
        if (dispatched >= total || dispatched >= yielded + WINDOW * threads || member.batches.length >= ahead)
          continue
        const batch: Batch<Result> = {
          index: dispatched,
          files: files.slice(dispatched * size, (dispatched + 1) * size),
          done: [],
          isSingle: false,
        }
        dispatched++
        ask(member, batch)
      }
  }

  const timer = setInterval(() => {
    for (const member of members)
      if (member.batches.length > 0 && Date.now() - member.since > LIMIT && !member.worker.isWriting())
        replace(member, 'time')
    // An interruption is noticed even if no worker answers.
    wake()
  }, 1000)

  try {
    while (yielded < total) {
      fill()
      if (failure !== undefined) throw failure
      const done = finished.get(yielded)
      if (done !== undefined) {
        finished.delete(yielded)
        yielded++
        yield* done
      } else if ([...members].every(({ batches }) => batches.length === 0)) return
      else await new Promise<void>((resolve) => (wake = resolve))
    }
  } finally {
    clearInterval(timer)
    for (const { worker, batches } of members)
      if (batches.length === 0 && failure === undefined) worker.release()
      else worker.stop()
  }
}

function stopped<Result>(file: string, lack: 'time' | 'memory', io: Host): Done<Result> {
  const reporter = createReporter()
  reporter.report('host-too-large', {
    file,
    lack: lack === 'time' ? `${LIMIT / 1000} seconds` : 'the memory',
  })
  const findings: Findings = { file, text: undefined, diagnostics: reporter.diagnostics }
  const printed: Printed[] = []
  const recorder = { color: io.color, stderr: (text: string) => printed.push(['stderr', text]) }
  printDiagnostics([findings], recorder, 'errors')
  return { file, printed, result: undefined, stopped: findings }
}
