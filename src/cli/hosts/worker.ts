// A worker thread: it receives the names of descriptions, and answers with what its job did.
import { parentPort, workerData } from 'node:worker_threads'
import { createNodeIo } from '../runtime/node-host.js'
import { adoptSignals } from '../runtime/signals.js'
import type { WorkerData } from './start-worker.js'
import { runJob, type Done, type Job, type JobResult } from './job.js'
import { jobs, type JobName } from './jobs.js'

export type FromWorker<Result> = { readonly done: readonly Done<Result>[] } | { readonly error: unknown }

export async function work(): Promise<void> {
  const { name, options, color, stdoutColor, signals, writing } = workerData as WorkerData
  if (parentPort === null) throw new Error('this is no worker thread')
  const port = parentPort
  adoptSignals(signals)
  const io = createNodeIo()
  const host = Object.setPrototypeOf(
    {
      color,
      stdoutColor,
      write: async (...words: Parameters<typeof io.write>) => {
        Atomics.store(writing, 0, 1)
        try {
          return await io.write(...words)
        } finally {
          Atomics.store(writing, 0, 0)
        }
      },
    },
    io,
  ) as typeof io
  // The name determines the options.
  const job = (await jobs[name as JobName]()) as unknown as Job<unknown, JobResult>
  let earlier: Promise<void> = Promise.resolve()
  port.on('message', (files: readonly string[]) => {
    earlier = earlier.then(() => answer(files))
  })

  async function answer(files: readonly string[]): Promise<void> {
    try {
      const done: Done<JobResult>[] = []
      for (const file of files) {
        if (host.isInterrupted) break
        done.push(await runJob(job, file, options, host))
      }
      const archives = done.flatMap(({ result }) => ownBuffer(result?.archive))
      port.postMessage({ done } satisfies FromWorker<JobResult>, archives)
    } catch (error) {
      port.postMessage({ error } satisfies FromWorker<JobResult>)
    }
  }
}

/** What can be moved: a buffer that has nothing else in it. */
const ownBuffer = (bytes: Uint8Array | undefined): readonly ArrayBuffer[] =>
  bytes?.buffer instanceof ArrayBuffer && bytes.buffer.byteLength === bytes.byteLength ? [bytes.buffer] : []
