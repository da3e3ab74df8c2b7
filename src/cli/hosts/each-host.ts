// A job for each of many hosts, in order: in this thread, or on all processors. What the jobs print is printed here.
import type { Host } from '../runtime/host.js'
import { runJob, type Done, type Printed } from './job.js'
import { jobs, type JobName, type OptionsOf, type ResultOf } from './jobs.js'

/** Below that, threads take longer to start than they save, and nobody waits. */
const MANY = 100

export interface EachHostOptions {
  /** Default: a thread for each processor if there are many hosts. */
  readonly threads?: number | undefined
  /** No progress bar. */
  readonly isQuiet?: boolean
  /** Between hosts that print something on standard output. */
  readonly separator?: string
}

/** What a job would do for a description; undefined if that is not known. */
type Lookup<Result> = (file: string) => Promise<Done<Result> | undefined>

/** Yields in the order of `files`, whatever finishes first. After an interruption fewer are yielded. */
export async function* eachHost<Name extends JobName>(
  name: Name,
  files: readonly string[],
  options: OptionsOf<Name>,
  io: Host,
  { threads, isQuiet = false, separator = '' }: EachHostOptions = {},
  lookup?: Lookup<ResultOf<Name>>,
): AsyncGenerator<Done<ResultOf<Name>>> {
  const bar = isQuiet || files.length < MANY ? undefined : await io.progress?.(files.length)
  const replay = createReplay(separator, io)
  try {
    const rest = (others: readonly string[]) => doneHosts(name, others, options, io, threads)
    for await (const done of lookup === undefined ? rest(files) : knownHosts(files, lookup, rest, io)) {
      if (done.printed.length > 0) bar?.clear()
      replay(done)
      yield done
      bar?.tick()
    }
  } finally {
    bar?.stop()
    replay.end()
  }
}

/** The known ones at once, and the others among them when they are done. */
async function* knownHosts<Result>(
  files: readonly string[],
  lookup: Lookup<Result>,
  rest: (files: readonly string[]) => AsyncGenerator<Done<Result>>,
  io: Host,
): AsyncGenerator<Done<Result>> {
  const known = new Map<string, Done<Result>>()
  const others: string[] = []
  for (const file of files) {
    if (io.isInterrupted) return
    const done = await lookup(file)
    if (done === undefined) others.push(file)
    else if (others.length === 0) yield done
    else known.set(file, done)
  }
  const [first] = others
  if (first === undefined) return
  let next = files.indexOf(first)
  for await (const done of rest(others)) {
    yield done
    for (next += 1; next < files.length; next++) {
      const after = known.get(files[next] ?? '')
      if (after === undefined) break
      yield after
    }
  }
}

async function* doneHosts<Name extends JobName>(
  name: Name,
  files: readonly string[],
  options: OptionsOf<Name>,
  io: Host,
  count: number | undefined,
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

/** Prints what jobs have printed. What is wrong in a file that many hosts extend is printed once. */
function createReplay(separator: string, io: Host) {
  const shared = new Set<string>()
  let repeated = 0
  let hasOutput = false
  const isRepeated = (text: string, file: string): boolean => {
    if (text.includes(file)) return false
    if (shared.has(text)) return true
    shared.add(text)
    return false
  }
  const print = ([stream, text, palette]: Printed, file: string): void => {
    if (stream === 'stdout') io.stdout(text, palette)
    else if (isRepeated(text, file)) repeated += 1
    else io.stderr(text)
  }
  const replay = ({ file, printed }: Done<unknown>): void => {
    const isPrinting = printed.some(([stream]) => stream === 'stdout')
    if (isPrinting && hasOutput && separator !== '') io.stdout(separator)
    hasOutput ||= isPrinting
    for (const each of printed) print(each, file)
  }
  const end = (): void => {
    if (repeated > 0)
      io.stderr(`The same is wrong ${repeated} more times, in files that several hosts extend.\n`)
  }
  return Object.assign(replay, { end })
}
