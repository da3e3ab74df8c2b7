// `render` of many hosts: one after the other, and one summary.
import { eachHost } from '../hosts/each-host.js'
import { threadsOf, type Hosts } from '../hosts/hosts.js'
import type { Done } from '../hosts/job.js'
import { countOf, printDiagnostics, type Findings } from '../runtime/findings.js'
import type { ExitCode, Host } from '../runtime/host.js'
import { usageError } from '../runtime/usage-error.js'
import { printsSummary } from '../usage/options.js'
import type { Archive } from './archive.js'
import { openCache } from './cache.js'
import type { Dependencies } from './depfile.js'
import type { HostReport, RenderedHost } from './render-host.js'
import type { RenderOptions } from './render-options.js'
import {
  compareSummary,
  findingsText,
  NO_HOSTS,
  withFiles,
  withFindings,
  writeSummary,
  type Total,
} from './total.js'

export interface Arguments {
  readonly format: 'text' | 'json' | 'sarif'
  readonly stdout: boolean
  readonly 'keep-going': boolean
  readonly depfile: string | undefined
  readonly watch: boolean
  readonly 'no-cache': boolean
  readonly jobs: string | undefined
}

export interface RenderedHosts {
  readonly code: ExitCode
  /** By description; empty without `--watch` and `--depfile`. */
  readonly made: ReadonlyMap<string, Dependencies>
}

export async function renderHosts(
  hosts: Pick<Hosts, 'files' | 'missing'>,
  options: RenderOptions,
  args: Arguments,
  io: Host,
): Promise<RenderedHosts> {
  const { out, detail, isReported, isMany } = options
  const { missing } = hosts
  const checks = options.action === 'compare'
  printDiagnostics(missing, io, detail)
  const archive = options.archive && (await import('./archive.js')).openArchive(options, io)
  let total: Total = { ...NO_HOSTS, stopped: missing.length, errors: missing.length }
  // make has a cache of its own, and --watch needs to know all inputs.
  const hasCache = !args['no-cache'] && !args.watch && args.depfile === undefined
  const known = hasCache ? openCache(hosts.files, options, io) : undefined
  let reports: HostReport[] = []
  const made = new Map<string, Dependencies>()
  let isPrinted = false
  const threads = threadsOf(args)
  const isQuiet = !printsSummary(detail)
  // As between the files of a host.
  const separator = options.action === 'print' ? '\n' : ''
  const each = async function* (files: readonly string[], more: Partial<RenderOptions> = {}) {
    const cache = more.isFirst === false ? undefined : known
    const changed = { ...options, environment: cache?.environment, ...more }
    const how = { threads, isQuiet, separator }
    for await (const done of eachHost('render', files, changed, io, how, cache?.lookup)) {
      if (done.result?.entry !== undefined) cache?.add(done.file, done.result.entry)
      isPrinted ||= isPrinting(done)
      if (done.stopped !== undefined) reports.push({ ...NO_REPORT, findings: done.stopped })
      const { result } = done
      if (result?.report !== undefined) reports.push(result.report)
      if (result?.archive !== undefined && (total.stopped === 0 || args['keep-going']))
        archive?.add(result.archive)
      if (result !== undefined && (args.watch || args.depfile !== undefined))
        made.set(done.file, {
          outputs: archive === undefined ? result.paths : [out ?? ''],
          inputs: result.inputs,
        })
      yield done
    }
  }

  // Without --keep-going one description with errors stops all, so all are inspected before anything is written. The file
  // of all hosts is not in place before it is whole.
  const inspects = isMany && !args['keep-going'] && !checks && (archive === undefined || out === undefined)
  let isNothingRendered: boolean
  if (inspects) {
    const rest: string[] = []
    for await (const done of each(hosts.files, { action: 'inspect' })) {
      total = withFindings(total, done)
      if (done.result?.isCurrent === true && detail !== 'all' && !isReported) total = withFiles(total, done)
      else rest.push(done.file)
    }
    isNothingRendered = total.stopped > 0
    const files = isNothingRendered ? [] : rest
    if (files.length > 0) reports = []
    for await (const done of each(files, { isFirst: false })) {
      total = withFiles(total, done)
      // It was good when it was inspected.
      if (done.result?.stopped !== false)
        total = { ...total, stopped: total.stopped + 1, errors: total.errors + 1 }
    }
  } else {
    for await (const done of each(hosts.files)) total = withFiles(withFindings(total, done), done)
    const isAllowed = args['keep-going'] || checks
    isNothingRendered = total.stopped > 0 && (total.stopped >= total.hosts || !isAllowed)
  }

  known?.save()
  // A signal after the last host changes nothing here.
  const missed = io.isInterrupted ? missedText(total, hosts.files.length, isNothingRendered) : ''
  if (missed !== '')
    io.stderr(
      checks
        ? `Interrupted: ${missed} not compared.\n`
        : `Interrupted: nothing was written into ${missed}.\n`,
    )
  if (archive !== undefined)
    total = withArchive(total, archive, isNothingRendered || missed !== '', options, io)
  const findings = findingsText(total)
  if (args.format !== 'text') await printReport(args.format, missing, reports, options, io)
  if (printsSummary(detail)) {
    if ((out === undefined || isNothingRendered) && findings !== '') io.stderr(`${findings}\n`)
    if (out === undefined) {
      if (isPrinted && !args.stdout) io.stderr('Nothing was written: --out DIR writes these files.\n')
    } else if (!isNothingRendered) io.stdout(checks ? compareSummary(total) : writeSummary(total, options))
    else if (!checks) io.stderr(nothingWritten(total))
  }
  return { code: await exitCode(), made }

  async function exitCode(): Promise<ExitCode> {
    if (total.written.broken || missed !== '') return 2
    if (args.depfile !== undefined && !isNothingRendered) {
      const problem = await writeDepfile(args.depfile, [...made.values()], options, io)
      if (problem !== undefined) return usageError(io, 'render', problem)
    }
    return total.stopped + total.refused + total.differences > 0 ? 1 : 0
  }
}

/** Ends the file of all hosts. */
function withArchive(
  total: Total,
  archive: Archive,
  isDiscarded: boolean,
  { out, action, detail }: RenderOptions,
  io: Host,
): Total {
  if (isDiscarded) {
    archive.discard()
    return total
  }
  const { isDifferent, problem } = archive.finish()
  const isShown = printsSummary(detail)
  if (problem !== undefined) io.stderr(`multihome: ${out ?? 'standard output'}: ${problem}\n`)
  if (action === 'compare') {
    if (isDifferent && isShown) io.stdout(`${out ?? ''} is missing or has other content\n`)
    return { ...total, differences: total.differences + (isDifferent ? 1 : 0) }
  }
  const roots = isDifferent && out !== undefined ? [out] : []
  const written = { ...total.written, roots, written: roots.length, unchanged: 1 - roots.length }
  return { ...total, written: { ...written, broken: written.broken || problem !== undefined } }
}

/** Returns why it cannot be written. */
async function writeDepfile(
  path: string,
  made: readonly Dependencies[],
  { archive }: RenderOptions,
  io: Host,
): Promise<string | undefined> {
  const { depfileText, manifestIn } = await import('./depfile.js')
  const rules =
    archive === undefined
      ? made.map(({ outputs, inputs }) => ({ outputs: outputs.map(manifestIn), inputs }))
      : made
  const name = rules
    .flatMap(({ outputs, inputs }) => [...outputs, ...inputs])
    .find((one) => /[\n\0]/.test(one))
  if (name !== undefined) return `--depfile: make cannot read the name ${name}`
  for (const { outputs } of rules) for (const output of outputs) io.touch(output)
  const problem = io.writeText(path, depfileText(rules))
  return problem === undefined ? undefined : `${path}: ${problem}`
}

const isPrinting = ({ printed }: Done<RenderedHost>): boolean =>
  printed.some(([stream]) => stream === 'stdout')

const NO_REPORT = { outputs: [], trees: [], differences: [] } as const

const nothingWritten = ({ hosts, stopped }: Total): string =>
  `Nothing was written.${stopped >= hosts ? '' : ' fix: --keep-going renders the descriptions without errors.'}\n`

/** What an interruption left out of `all` hosts; empty if it came too late for that. */
function missedText({ hosts, outputs, written }: Total, all: number, isNothingRendered: boolean): string {
  const folders = isNothingRendered ? 0 : outputs - written.outputs
  return [countOf(folders, 'more folder'), countOf(all - hosts, 'more host')]
    .filter((part) => part !== '')
    .join(' and ')
}

async function printReport(
  format: 'json' | 'sarif',
  missing: readonly Findings[],
  reports: readonly HostReport[],
  { out, action }: RenderOptions,
  io: Host,
): Promise<void> {
  const findings = [...missing, ...reports.map((one) => one.findings)]
  if (format === 'sarif') return io.stdout((await import('../format/report-sarif.js')).reportSarif(findings))
  const report = {
    findings,
    outputs: reports.flatMap(({ outputs }) => outputs),
    ...(out === undefined
      ? {}
      : action === 'compare'
        ? { differences: reports.flatMap(({ differences }) => differences) }
        : { trees: reports.flatMap(({ trees }) => trees) }),
  }
  io.stdout((await import('../format/report-json.js')).reportJson(report))
}
