// multihome.yaml: the description of a repository of hosts, found upwards from the current folder.
import { dirname, join } from 'node:path/posix'
import { decodeAs } from '../../description/decode.js'
import { repositories } from '../../description/schema/repository.js'
import { locateDiagnostics, sortDiagnostics } from '../../diagnostics/format.js'
import { createReporter } from '../../diagnostics/reporter.js'
import { escapeName } from '../../diagnostics/sanitize.js'
import { REPOSITORY_FILE } from '../../node/glob.js'
import { ok, type Result } from '../../stdlib/result.js'
import type { LoadedFile } from '../../yaml/extends.js'
import { parseYaml } from '../../yaml/source.js'
import type { Findings } from '../runtime/findings.js'
import type { Host } from '../runtime/host.js'
import { unreadable } from '../runtime/inputs.js'

/** Paths are relative to the current folder. */
export interface Repository {
  /** The multihome.yaml. */
  readonly file: string
  readonly folder: string
  /** Folders and patterns for `Host.expand`. */
  readonly descriptions: readonly string[]
  /** As `--out` takes it: with `{host}`. */
  readonly output: string
  readonly strict: boolean
  /** For `CompileOptions.defaults`; undefined without `targets`. Plain data, so that a worker can have it. */
  readonly defaults: LoadedFile | undefined
}

/** What is wrong with multihome.yaml, for `printFindings`; the exit status is then 1. */
export type RepositoryResult<T> = Result<T, { readonly findings: Findings }>

/** `explicit`: the value of `--config`. Undefined: there is no multihome.yaml, in no folder above this one either. */
export async function findRepository(
  io: Host,
  explicit: string | undefined,
): Promise<RepositoryResult<Repository | undefined>> {
  const found = explicit === undefined ? io.findUpwards(REPOSITORY_FILE) : undefined
  const path = explicit ?? found?.path
  if (path === undefined) return ok(undefined)
  if (found?.untrustedOwner !== undefined) {
    const file = escapeName(path)
    const reporter = createReporter()
    reporter.report('repository-owner', { file, owner: found.untrustedOwner })
    return { ok: false, findings: { file, text: undefined, diagnostics: reporter.diagnostics } }
  }
  const read = await io.read(path)
  return read.ok ? readRepository(read.value, path) : { ok: false, findings: unreadable(path, read) }
}

/**
 * The same at a Git revision, for descriptions of that revision. If the revision has no multihome.yaml, its descriptions
 * are where they are now, and have no default targets. `revision` as of `Host.readRevision`.
 */
export async function repositoryAt(
  io: Host,
  revision: string,
  now: Repository,
): Promise<RepositoryResult<Repository>> {
  const read = await io.readRevision(revision, now.file)
  const name = `git:${revision}:${now.file}`
  if (read.ok) return readRepository(read.value, now.file, name)
  if ('isMissing' in read) return ok({ ...now, defaults: undefined })
  return { ok: false, findings: unreadable(name, read) }
}

/** `name` of the file in diagnostics. */
function readRepository(text: string, path: string, name = path): RepositoryResult<Repository> {
  const file = escapeName(name)
  const source = parseYaml(text, file)
  const reporter = createReporter(source.diagnostics)
  const value = source.value === undefined ? undefined : decodeAs(repositories, source, reporter)
  if (value === undefined || source.diagnostics.length > 0) {
    const diagnostics = sortDiagnostics(locateDiagnostics(reporter.diagnostics, source.locate))
    return { ok: false, findings: { file, text, diagnostics } }
  }
  const { descriptions = 'hosts/', output = 'rendered/{host}', strict = false, targets } = value
  const folder = dirname(path)
  return ok({
    file: path,
    folder,
    descriptions: [descriptions].flat().map((each) => join(folder, each)),
    output: join(folder, output),
    strict,
    defaults: targets === undefined ? undefined : { file, text },
  })
}
