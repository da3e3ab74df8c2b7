// Worker threads. One that has done a job does the next one of the same command, because V8 compiles and optimizes the
// program for each thread anew.
import { availableParallelism } from 'node:os'
import { join } from 'node:path'
import { Worker } from 'node:worker_threads'
import type { HostWorker, JobMessage } from '../runtime/host.js'
import { sharedFlag } from '../runtime/signals.js'

/** The data of a worker, whatever its jobs are. */
export interface WorkerData {
  /** Shared with the thread that catches signals. */
  readonly signals: Int32Array
  /** 1 while a tree changes. */
  readonly writing: Int32Array
}

export const processors = availableParallelism()

/** With larger ones V8 collects later: a third more memory for each thread, and nothing faster. A host needs 1 MB. */
const LIMITS = { maxYoungGenerationSizeMb: 16, maxOldGenerationSizeMb: 128 } as const

interface Thread {
  readonly worker: Worker
  readonly writing: Int32Array
}

/** Threads without a job, all with little memory. */
const idle = new Set<Thread>()

/** scripts/bundle.mjs writes the file of the worker beside the bundle. */
function createThread(isLimited: boolean): Thread {
  const writing = new Int32Array(new SharedArrayBuffer(4))
  const workerData: WorkerData = { signals: sharedFlag(), writing }
  const worker = new Worker(join(import.meta.dirname, 'worker.cjs'), {
    workerData,
    ...(isLimited ? { resourceLimits: LIMITS } : {}),
  })
  return { worker, writing }
}

function takeIdle(): Thread | undefined {
  const [thread] = idle
  if (thread === undefined) return undefined
  idle.delete(thread)
  thread.worker.removeAllListeners('error')
  thread.worker.ref()
  return thread
}

/** A thread without a job does not keep the process alive. */
function rest(thread: Thread): void {
  const { worker } = thread
  // Without names it would remove those of Node itself, and no message would arrive.
  for (const event of ['message', 'error']) worker.removeAllListeners(event)
  worker.on('error', () => idle.delete(thread))
  worker.unref()
  idle.add(thread)
}

export function startWorker(job: JobMessage, isLimited: boolean): HostWorker {
  const thread = (isLimited ? takeIdle() : undefined) ?? createThread(isLimited)
  const { worker, writing } = thread
  worker.postMessage(job)
  const stop = () => void worker.terminate()
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
    release: isLimited ? () => rest(thread) : stop,
    stop,
  }
}
