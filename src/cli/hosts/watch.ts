// `render --watch`: renders hosts again when one of their files changes.
import { dirname, normalize } from 'node:path'
import type { ExitCode, Host } from '../runtime/host.js'

/** What is watched, and what a change asks for. */
export interface Watched {
  /** Files that each description was made from, by description. */
  readonly inputs: ReadonlyMap<string, readonly string[]>
  /** Other files, and folders of descriptions. A change of such a file asks for all hosts. */
  readonly others: readonly string[]
  readonly folders: readonly string[]
}

/** Until a signal. `render` renders some hosts, or all. */
export async function watchHosts(
  render: (
    files: readonly string[] | undefined,
  ) => Promise<{ readonly code: ExitCode; readonly watched: Watched }>,
  io: Host,
): Promise<ExitCode> {
  let { code, watched } = await render(undefined)
  let inputs = new Map(watched.inputs)
  while (!io.isInterrupted) {
    const all = [...[...inputs].flatMap(([file, others]) => [file, ...others]), ...watched.others]
    const changed = await io.watch([...new Set([...all.map((file) => dirname(file)), ...watched.folders])])
    if (io.isInterrupted) break
    const isChanged = (file: string): boolean => changed.has(normalize(file))
    const known = [...inputs].flatMap(([file, others]) => ([file, ...others].some(isChanged) ? [file] : []))
    const isWhole = watched.others.some(isChanged)
    const added = [...changed].filter((file) => /\.ya?ml$/.test(file) && !all.includes(file))
    if (!isWhole && known.length === 0 && added.length === 0) continue
    const again = await render(isWhole ? undefined : [...known, ...added])
    code = again.code
    watched = again.watched
    inputs = isWhole ? new Map(watched.inputs) : new Map([...inputs, ...watched.inputs])
  }
  return code
}
