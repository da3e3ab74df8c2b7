// `multihome diff REV`: all hosts of a repository, at a revision and now.
import type { ReadFailure } from '../../../node/read.js'
import { ok, type Result } from '../../../stdlib/result.js'
import { overviewPalette } from '../../format/paint.js'
import { eachHost } from '../../hosts/each-host.js'
import { findRepository, repositoryAt } from '../../repository/repository.js'
import { printFindings, type Findings } from '../../runtime/findings.js'
import type { ExitCode, Host } from '../../runtime/host.js'
import { unreadable } from '../../runtime/inputs.js'
import { usageError } from '../../runtime/usage-error.js'
import { changedHosts, type ChangedHosts } from './changed-hosts.js'
import type { HostPaths } from './host-diff.js'
import { hasDifference, overviewBuilder, type Overview } from './overview.js'
import { openSides, readSides, type Patterns, type Side, type Sides } from './sides.js'

export interface DiffRevisionOptions {
  readonly format: 'text' | 'markdown' | 'json' | 'html'
  readonly all: boolean
  readonly config: string | undefined
  readonly 'exit-code': boolean
}

/** `file`: the word is a file, and no revision. */
export async function diffRevision(
  word: string,
  files: readonly string[],
  options: DiffRevisionOptions,
  io: Host,
): Promise<ExitCode | 'file'> {
  const isFile = io.isFile(word)
  const found = files.length > 0 ? ok(undefined) : await findRepository(io, options.config)
  const near = files[0] ?? (found.ok ? found.value?.descriptions[0] : undefined) ?? HOSTS
  const sides = await readSides(word, near, io)
  const opened = sides.ok ? await openSides(sides.value, near, io) : sides
  if (!opened.ok && isFile) return 'file'
  if (!opened.ok || !sides.ok) {
    const reason = 'reason' in opened ? opened.reason : ''
    const fix = io.expand(word).some(io.isFile) ? `write multihome diff HEAD ${word}` : undefined
    return usageError(io, 'diff', `\`${word}\` is no file, and as a revision: ${reason}`, fix)
  }
  if (isFile)
    return usageError(
      io,
      'diff',
      `\`${word}\` is a file and a Git revision`,
      `write ./${word} for the file, or ${word}^{tree} for the revision`,
    )
  const patterns = await patternsOf(files, found, sides.value, io)
  if (!patterns.ok) {
    printFindings([patterns.findings], io)
    return 1
  }
  const hosts = await changedHosts(opened.value, patterns.value)
  if (!hosts.ok) {
    printFindings([unreadable(word, hosts)], io)
    return 1
  }
  printFindings(
    hosts.value.missing.map((pattern) => unreadable(pattern, NO_FILE)),
    io,
  )
  const overview = await overviewOf(hosts.value, opened.value, sides.value, near, io)
  await print(overview, options, io)
  if (overview.failed.length > 0 || hosts.value.missing.length > 0) return 1
  return options['exit-code'] && hasDifference(overview) ? 1 : 0
}

/** Without multihome.yaml, as there. */
const HOSTS = 'hosts/'

const NO_FILE: ReadFailure = { reason: 'no description is there, before or after' }

/** Those of the command line, or of multihome.yaml at each revision. */
async function patternsOf(
  files: readonly string[],
  current: Awaited<ReturnType<typeof findRepository>>,
  { old, now }: Sides,
  io: Host,
): Promise<Result<Patterns, { readonly findings: Findings }>> {
  if (files.length > 0) return ok([files, files])
  if (!current.ok) return current
  if (current.value === undefined) return ok([[HOSTS], [HOSTS]])
  const before = await repositoryAt(io, old, current.value)
  if (!before.ok) return before
  const after = now === undefined ? ok(current.value) : await repositoryAt(io, now, current.value)
  return after.ok ? ok([before.value.descriptions, after.value.descriptions]) : after
}

async function overviewOf(
  { changed, equal, paths }: ChangedHosts,
  [before, after]: readonly [Side, Side],
  sides: Sides,
  near: string,
  io: Host,
): Promise<Overview> {
  const builder = overviewBuilder({ before: before.title, after: after.title, equal }, paths)
  const hosts = new Map(changed.map((host) => [host.after?.path ?? host.before?.path ?? '', host]))
  const options = { sides, near, hosts }
  for await (const done of eachHost('diff', [...hosts.keys()], options, io)) {
    const { file, result, stopped } = done
    const host = hosts.get(file)
    const named: HostPaths = {
      ...(host?.before === undefined ? {} : { before: host.before.path }),
      ...(host?.after === undefined ? {} : { after: host.after.path }),
    }
    const findings = stopped === undefined ? [] : [stopped]
    builder.add(result?.host ?? { ...named, kind: 'failed', findings })
  }
  return builder.finish()
}

async function print(overview: Overview, { format, all }: DiffRevisionOptions, io: Host): Promise<void> {
  switch (format) {
    case 'json':
      return io.stdout((await import('./json.js')).overviewJson(overview))
    case 'markdown':
      return io.stdout((await import('./markdown.js')).overviewMarkdown(overview))
    case 'html':
      return io.stdout((await import('./overview-page.js')).overviewPage(overview))
    case 'text':
      return io.stdout((await import('./text.js')).overviewText(overview, all), overviewPalette)
  }
}
