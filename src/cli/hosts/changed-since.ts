// `--changed-since`: the descriptions of which a file has changed since a Git revision.
import { changedHosts } from '../diff/hosts/changed-hosts.js'
import { openSides } from '../diff/hosts/sides.js'
import { ok, type Result } from '../../stdlib/result.js'
import type { Host } from '../runtime/host.js'
import { STDIN } from '../runtime/inputs.js'

/** Of `files`, which the patterns mean. `config`: the multihome.yaml that counts. When it has changed, so has every host. */
export async function changedSince(
  revision: string,
  patterns: readonly string[],
  files: readonly string[],
  config: string | undefined,
  io: Host,
): Promise<Result<readonly string[]>> {
  const named = patterns.filter((pattern) => pattern !== STDIN)
  const [first = '.'] = named
  const sides = { old: revision, oldTitle: revision, now: undefined }
  const opened = await openSides(sides, first, io)
  if (!opened.ok) return { ok: false, problem: opened.reason }
  if (config !== undefined) {
    const [before, now] = [await io.readRevision(revision, config), await io.read(config)]
    if (!before.ok || !now.ok || before.value !== now.value) return ok(files)
  }
  const hosts = await changedHosts(opened.value, [named, named])
  if (!hosts.ok) return { ok: false, problem: hosts.reason }
  const changed = new Set(hosts.value.changed.map(({ after }) => after?.path))
  return ok(files.filter((file) => file === STDIN || changed.has(file)))
}
