// `diff` of one host of a repository, as a job for a thread.
import { memoize, oncePerObject } from '../../../stdlib/memoize.js'
import type { JobResult } from '../../hosts/job.js'
import { printFindings } from '../../runtime/findings.js'
import type { Host } from '../../runtime/host.js'
import { diffHost, type ChangedHost, type HostDiff, type HostDiffer } from './host-diff.js'
import { openSides, type Sides } from './sides.js'

export interface DiffHostOptions {
  readonly sides: Sides
  /** A path in the repository. */
  readonly near: string
  /** By the name that the job gets. */
  readonly hosts: ReadonlyMap<string, ChangedHost>
}

export interface DiffedHost extends JobResult {
  readonly host: HostDiff
}

const differs = oncePerObject((options: DiffHostOptions) =>
  memoize(
    async (io: Host): Promise<HostDiffer> => {
      const opened = await openSides(options.sides, options.near, io)
      if (!opened.ok) throw new Error(opened.reason)
      const [before, after] = opened.value
      return { loadBefore: before.load, loadAfter: after.load, known: new Map() }
    },
    () => 'all',
  ),
)

export async function diffHostJob(name: string, options: DiffHostOptions, io: Host): Promise<DiffedHost> {
  const changed = options.hosts.get(name)
  if (changed === undefined) throw new Error(`there is no host ${name}`)
  const host = diffHost(changed, await differs(options)(io))
  if (host.kind === 'failed') printFindings(host.findings, io, 'errors')
  return { archive: undefined, host }
}
