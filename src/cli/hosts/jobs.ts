// Jobs by name, so that a worker thread finds them.
import type { Job, JobResult } from './job.js'

export const jobs = {
  render: async () => (await import('../render/render-host.js')).renderHost,
  verify: async () => (await import('./verify-host.js')).verifyHost,
  check: async () => (await import('./check-host.js')).checkHost,
  diff: async () => (await import('../diff/hosts/job.js')).diffHostJob,
} as const satisfies Readonly<Record<string, () => Promise<Job<never, JobResult>>>>

export type JobName = keyof typeof jobs
type JobOf<Name extends JobName> = Awaited<ReturnType<(typeof jobs)[Name]>>
export type OptionsOf<Name extends JobName> = Parameters<JobOf<Name>>[1]
export type ResultOf<Name extends JobName> = Awaited<ReturnType<JobOf<Name>>>
