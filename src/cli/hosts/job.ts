// A job: what a command does with one host of many.
import type { Findings } from '../runtime/findings.js'
import type { Host } from '../runtime/host.js'
import type { Palette } from '../format/paint.js'

/** Options and result are copied between threads (structured clone), so they are plain data. */
export type Job<Options, Result extends JobResult> = (
  file: string,
  options: Options,
  io: Host,
) => Promise<Result>

export interface JobResult {
  /** Moved between threads, not copied. */
  readonly archive: Uint8Array | undefined
}

/** What a job printed, in order. */
export type Printed = readonly ['stdout' | 'stderr', string, Palette?]

export interface Done<Result> {
  readonly file: string
  readonly printed: readonly Printed[]
  /** Undefined if the job was stopped, because the host takes too long or too much memory. */
  readonly result: Result | undefined
  /** Why it was stopped. */
  readonly stopped?: Findings
}

/** Runs a job, and keeps what it prints. */
export async function runJob<Options, Result extends JobResult>(
  job: Job<Options, Result>,
  file: string,
  options: Options,
  io: Host,
): Promise<Done<Result>> {
  const printed: Printed[] = []
  const recorder: Pick<Host, 'stdout' | 'stderr'> = {
    stdout: (text, palette) =>
      printed.push(palette === undefined ? ['stdout', text] : ['stdout', text, palette]),
    stderr: (text) => printed.push(['stderr', text]),
  }
  // The rest is inherited, with its getters.
  const recording = Object.setPrototypeOf(recorder, io) as Host
  return { file, printed, result: await job(file, options, recording) }
}
