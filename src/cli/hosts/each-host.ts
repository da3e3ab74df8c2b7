// A job for each of many hosts, in order: in this thread, or on all processors.
import type { Host } from '../runtime/host.js'
import { runJob, type Done } from './job.js'
import { jobs, type JobName, type OptionsOf, type ResultOf } from './jobs.js'

/** Below that, threads take longer to start than they save, and nobody waits. */
export const MANY = 100

/**
 * Yields in the order of `files`, whatever finishes first. After an interruption fewer are yielded.
 *
 * @param count Threads; default: one for each processor if there are many hosts.
 */
export async function* eachHost<Name extends JobName>(
  name: Name,
  files: readonly string[],
  options: OptionsOf<Name>,
  io: Host,
  count?: number,
): AsyncGenerator<Done<ResultOf<Name>>> {
  if (io.loadWorkers !== undefined && files.length >= (count === undefined ? MANY : 2)) {
    const workers = await io.loadWorkers()
    const threads = Math.min(count ?? workers.processors, files.length)
    if (threads > 1) {
      const { inWorkers } = await import('./pool.js')
      yield* inWorkers(name, files, options, io, { ...workers, threads })
      return
    }
  }
  const job = await jobs[name]()
  for (const file of files) {
    if (io.isInterrupted) return
    yield (await runJob(job as never, file, options, io)) as Done<ResultOf<Name>>
  }
}
