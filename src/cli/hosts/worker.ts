// A worker thread: it receives the names of descriptions, and answers with what its job did.
import { parentPort, workerData } from 'node:worker_threads'
import type { Host, JobMessage } from '../runtime/host.js'
import { createNodeIo } from '../runtime/node-host.js'
import { adoptSignals } from '../runtime/signals.js'
import type { WorkerData } from './start-worker.js'
import { runJob, type Done, type Job, type JobResult } from './job.js'
import { jobs, type JobName } from './jobs.js'

export type FromWorker<Result> = { readonly done: readonly Done<Result>[] } | { readonly error: unknown }

/** The files of a job follow it. */
type ToWorker = JobMessage | readonly string[]

export function work(): void {
  const { signals, writing } = workerData as WorkerData
  if (parentPort === null) throw new Error('this is no worker thread')
  const port = parentPort
  adoptSignals(signals)
  const io = createNodeIo()
  const write: typeof io.write = async (...words) => {
    Atomics.store(writing, 0, 1)
    try {
      return await io.write(...words)
    } finally {
      Atomics.store(writing, 0, 0)
    }
  }
  let job: Promise<Prepared> | undefined
  let earlier: Promise<void> = Promise.resolve()
  port.on('message', (message: ToWorker) => {
    if ('name' in message) job = prepare(message)
    else earlier = earlier.then(() => answer(message))
  })

  async function prepare({ name, options, color, stdoutColor }: JobMessage): Promise<Prepared> {
    const host = Object.setPrototypeOf({ color, stdoutColor, write }, io) as typeof io
    // The name determines the options.
    const run = (await jobs[name as JobName]()) as unknown as Job<unknown, JobResult>
    return { host, run: (file) => runJob(run, file, options, host) }
  }

  async function answer(files: readonly string[]): Promise<void> {
    try {
      if (job === undefined) throw new Error('files without a job')
      const { host, run } = await job
      const done: Done<JobResult>[] = []
      for (const file of files) {
        if (host.isInterrupted) break
        done.push(await run(file))
      }
      const archives = done.flatMap(({ result }) => ownBuffer(result?.archive))
      port.postMessage({ done } satisfies FromWorker<JobResult>, archives)
    } catch (error) {
      port.postMessage({ error } satisfies FromWorker<JobResult>)
    }
  }
}

interface Prepared {
  readonly host: Host
  readonly run: (file: string) => Promise<Done<JobResult>>
}

/** What can be moved: a buffer that has nothing else in it. */
const ownBuffer = (bytes: Uint8Array | undefined): readonly ArrayBuffer[] =>
  bytes?.buffer instanceof ArrayBuffer && bytes.buffer.byteLength === bytes.byteLength ? [bytes.buffer] : []
