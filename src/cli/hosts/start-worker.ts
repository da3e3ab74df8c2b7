// Start of worker threads.
import { availableParallelism } from 'node:os'
import { join } from 'node:path'
import { Worker } from 'node:worker_threads'
import type { HostWorker } from '../runtime/host.js'
import { sharedFlag } from '../runtime/signals.js'

/** The data of a worker. */
export interface WorkerData {
  /** Of a job. */
  readonly name: string
  readonly options: unknown
  readonly color: boolean
  readonly stdoutColor: boolean
  /** Shared with the thread that catches signals. */
  readonly signals: Int32Array
  /** 1 while a tree changes. */
  readonly writing: Int32Array
}

export const processors = availableParallelism()

/** With larger ones V8 collects later: a third more memory for each thread, and nothing faster. A host needs 1 MB. */
const LIMITS = { maxYoungGenerationSizeMb: 16, maxOldGenerationSizeMb: 128 } as const

/** scripts/bundle.mjs writes the file of the worker beside the bundle. */
export function startWorker(data: Omit<WorkerData, 'signals' | 'writing'>, isLimited: boolean): HostWorker {
  const writing = new Int32Array(new SharedArrayBuffer(4))
  const workerData: WorkerData = { ...data, signals: sharedFlag(), writing }
  const worker = new Worker(join(import.meta.dirname, 'worker.cjs'), {
    workerData,
    ...(isLimited ? { resourceLimits: LIMITS } : {}),
  })
  return {
    post: (files) => worker.postMessage(files),
    onMessage: (receive) => worker.on('message', receive),
    onError: (receive) =>
      worker.on('error', (error: unknown) =>
        receive(
          error,
          error instanceof Error && 'code' in error && error.code === 'ERR_WORKER_OUT_OF_MEMORY',
        ),
      ),
    isWriting: () => Atomics.load(writing, 0) === 1,
    stop: () => void worker.terminate(),
  }
}
