// `multihome render`: writes the files of each stack, prints them, or compares them with existing files.
import { eachHost } from '../hosts/each-host.js'
import { hostsOf, hostsOptions, type Hosts } from '../hosts/hosts.js'
import { replay, type Done } from '../hosts/job.js'
import { countOf, printDiagnostics, type Findings } from '../runtime/findings.js'
import { repositoryOptions, scopeOf } from '../repository/scope.js'
import { stdinNameProblem } from '../runtime/inputs.js'
import type { ExitCode, Host } from '../runtime/host.js'
import { usageError } from '../runtime/usage-error.js'
import {
  detailOf,
  detailProblem,
  fileOption,
  filesPositional,
  reportOptions,
  targetOption,
  targetsNamed,
} from '../usage/options.js'
import type { Archive } from '../render/archive.js'
import type { Dependencies } from '../render/depfile.js'
import { HOST, outProblem } from '../render/output-roots.js'
import type { HostReport, RenderedHost } from '../render/render-host.js'
import type { RenderOptions } from '../render/render-options.js'
import {
  compareSummary,
  findingsText,
  NO_HOSTS,
  withFiles,
  withFindings,
  writeSummary,
  type Total,
} from '../render/total.js'
import type { Usage, ValuesOf } from '../usage/usage.js'

export const usage = {
  positionals: { files: filesPositional },
  options: {
    target: targetOption,
    as: {
      type: 'string',
      value: 'FORMAT',
      choices: ['tree', 'tar', 'json', 'cloud-init', 'ignition', 'ansible'],
      default: 'tree',
      describe: 'Form of the output: a tree of files, or one file for the program that installs it',
    },
    out: {
      type: 'string',
      alias: 'o',
      value: 'DIR',
      completes: 'folders',
      describe:
        'Folder to write into: the root for one target, a folder for each of several; {host} is the name of the description. With --as a file. Default for trees: `output` of multihome.yaml',
    },
    stdout: {
      type: 'boolean',
      describe: 'Print the files, as without --out, and no note that none is written',
    },
    check: { type: 'boolean', describe: 'Write nothing; exit 1 if what stands in --out is stale' },
    diff: { type: 'boolean', describe: 'As --check, and show how it differs' },
    'check-modes': {
      type: 'boolean',
      describe: 'As --check, and compare all modes and owners, not only the executable bit that Git keeps',
    },
    'keep-going': {
      type: 'boolean',
      describe: 'Render the good descriptions where others have errors; exit 1',
    },
    depfile: {
      ...fileOption,
      describe: 'Write rules for make: from which descriptions each output was made',
    },
    ...repositoryOptions,
    ...hostsOptions,
    ...reportOptions,
    verbose: {
      ...reportOptions.verbose,
      describe: 'Print every file, and the steps that put the files to work',
    },
  },
  examples: [
    ['$0 render host.yaml --target netplan', 'the files of one stack, printed'],
    ['$0 render host.yaml --target netplan --out ./out', 'the same, written'],
    ['$0 render hosts/ --out ./out/{host}', 'every description of a folder'],
    ['$0 render --check', 'whether the files of a repository are up to date, as its multihome.yaml says'],
    ['$0 render host.yaml --out ./out --diff', 'what has changed since'],
  ],
} as const satisfies Usage

type Arguments = ValuesOf<typeof usage>

export async function run(given: Arguments, io: Host): Promise<ExitCode> {
  const scope = await scopeOf('render', given, io)
  if (!scope.ok) return scope.code
  const { files: patterns, strict, output, defaults, problems } = scope.value
  // `output` is for trees.
  const out = given.out ?? (given.stdout || given.as !== 'tree' ? undefined : output)
  const args = { ...given, files: patterns, strict, out }
  const checks = args.check || args.diff || args['check-modes']
  const problem = problems.length > 0 ? undefined : combinationProblem(args, checks)
  if (problem !== undefined) return usageError(io, 'render', problem)
  const hosts = hostsOf(args.files, { shard: args.shard, stdinName: args['stdin-name'] }, io)
  const outError =
    (await archiveProblem(args, hosts, io)) ??
    (args.out === undefined || isForAll(args) ? undefined : outProblem(args.out, hosts.names))
  if (outError !== undefined) return usageError(io, 'render', outError)

  const detail = detailOf(args)
  const isReported = args.format !== 'text'
  const missing = [...problems, ...hosts.missing]
  const isMany = hosts.names.length + missing.length > 1
  const options: RenderOptions = {
    targets: targetsNamed(args.target)?.map(({ id }) => id),
    strict,
    stdinName: args['stdin-name'],
    defaults,
    out: args.out,
    action: args.out === undefined ? 'print' : checks ? 'compare' : 'write',
    isFirst: true,
    detail,
    isReported,
    diff: args.diff,
    modes: args['check-modes'] ? 'exact' : 'git',
    archive:
      args.as === 'tree'
        ? undefined
        : // One description that is named as a file fills the root.
          { format: args.as, hasFolders: args.out?.includes(HOST) !== true && !isOneFile(args.files, hosts) },
    isMany,
  }
  printDiagnostics(missing, io, detail)
  const archive = options.archive && (await import('../render/archive.js')).openArchive(options, io)
  const count = args.jobs === undefined ? undefined : Number(args.jobs)
  let total: Total = { ...NO_HOSTS, stopped: missing.length, errors: missing.length }
  let reports: HostReport[] = []
  const made: Dependencies[] = []
  let isPrinted = false
  const each = async function* (files: readonly string[], more: Partial<RenderOptions> = {}) {
    for await (const done of eachHost('render', files, { ...options, ...more }, io, count)) {
      // As between the files of a host.
      if (isPrinted && options.action === 'print' && isPrinting(done)) io.stdout('\n')
      isPrinted ||= isPrinting(done)
      replay(done.printed, io)
      if (done.stopped !== undefined) reports.push({ ...NO_REPORT, findings: done.stopped })
      const { result } = done
      if (result?.report !== undefined) reports.push(result.report)
      if (result?.archive !== undefined && (total.stopped === 0 || args['keep-going']))
        archive?.add(result.archive)
      if (args.depfile !== undefined && result !== undefined)
        made.push({ outputs: archive === undefined ? result.paths : [args.out ?? ''], inputs: result.inputs })
      yield done
    }
  }

  let files = hosts.files
  // Without --keep-going one description with errors stops all, so all are inspected before anything is written. The file
  // of all hosts is not in place before it is whole.
  const isWhole = archive !== undefined && options.action === 'write'
  if (isMany && !args['keep-going'] && !checks && !isWhole) {
    const rest: string[] = []
    for await (const done of each(files, { action: 'inspect' })) {
      total = withFindings(total, done)
      if (done.result?.isCurrent === true && detail !== 'all' && !isReported) total = withFiles(total, done)
      else rest.push(done.file)
    }
    files = total.stopped === 0 ? rest : []
    if (files.length > 0) reports = []
    for await (const done of each(files, { isFirst: false })) total = withFiles(total, done)
  } else for await (const done of each(files)) total = withFiles(withFindings(total, done), done)

  const isNothingRendered =
    total.stopped > 0 && (total.stopped >= total.hosts || !(args['keep-going'] || checks))
  if (io.isInterrupted) io.stderr(interruptedText(total, hosts.files.length))
  if (archive !== undefined)
    total = withArchive(total, archive, isNothingRendered || io.isInterrupted, options, io)
  const findings = findingsText(total)
  if (args.format !== 'text') await printReport(args.format, missing, reports, args, io)
  if (detail === 'summary' || detail === 'all') {
    if ((args.out === undefined || isNothingRendered) && findings !== '') io.stderr(`${findings}\n`)
    if (args.out === undefined) {
      if (isPrinted && !args.stdout) io.stderr('Nothing was written: --out DIR writes these files.\n')
    } else if (!isNothingRendered) io.stdout(checks ? compareSummary(total) : writeSummary(total, options))
    else if (!checks) io.stderr(nothingWritten(total))
  }
  if (total.written.broken || (io.isInterrupted && options.action === 'write')) return 2
  if (args.depfile !== undefined && !isNothingRendered) {
    const depfileProblem = await writeDepfile(args.depfile, made, options, io)
    if (depfileProblem !== undefined) return usageError(io, 'render', depfileProblem)
  }
  return total.stopped + total.refused + total.differences > 0 ? 1 : 0
}

/** Whether one file has all hosts. */
const isForAll = ({ as, out }: Arguments): boolean => as !== 'tree' && out?.includes(HOST) !== true

const isOneFile = ([pattern, second]: readonly string[], { files }: Hosts): boolean =>
  second === undefined && files.length === 1 && files[0] === pattern

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
  const isShown = detail === 'summary' || detail === 'all'
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
  const { depfileText, manifestIn } = await import('../render/depfile.js')
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

function interruptedText({ hosts, outputs, written }: Total, all: number): string {
  const parts = [countOf(outputs - written.outputs, 'more folder'), countOf(all - hosts, 'more host')]
  const rest = parts.filter((part) => part !== '').join(' and ')
  return `Interrupted: nothing was written into ${rest}.\n`
}

async function printReport(
  format: 'json' | 'sarif',
  missing: readonly Findings[],
  reports: readonly HostReport[],
  { out, check, diff, 'check-modes': checkModes }: Arguments,
  io: Host,
): Promise<void> {
  const findings = [...missing, ...reports.map((one) => one.findings)]
  if (format === 'sarif') return io.stdout((await import('../format/report-sarif.js')).reportSarif(findings))
  const isCompared = check || diff || checkModes
  const report = {
    findings,
    outputs: reports.flatMap(({ outputs }) => outputs),
    ...(out === undefined
      ? {}
      : isCompared
        ? { differences: reports.flatMap(({ differences }) => differences) }
        : { trees: reports.flatMap(({ trees }) => trees) }),
  }
  io.stdout((await import('../format/report-json.js')).reportJson(report))
}

function combinationProblem(args: Arguments, checks: boolean): string | undefined {
  const problem = detailProblem(args) ?? stdinNameProblem(args)
  if (problem !== undefined) return problem
  if (args.out !== undefined && args.stdout) return '--out and --stdout exclude each other'
  if (args.out === undefined && checks)
    return '--check, --check-modes and --diff compare with a folder: name it with --out'
  if (args.depfile !== undefined && (args.out === undefined || checks))
    return '--depfile names what --out writes: add --out'
  if (args.as !== 'tree' && args.out === undefined && args.format !== 'text')
    return `--format ${args.format} and --as ${args.as} both need standard output: name a file with --out`
  return undefined
}

/** Whether the format fits where it goes. */
async function archiveProblem(
  { as, out }: Arguments,
  { names }: Hosts,
  io: Host,
): Promise<string | undefined> {
  if (as === 'tree' || out?.includes(HOST) === true) return undefined
  const format = (await import('../render/archive.js')).formatNamed(as)
  if (!format.isMany && names.length > 1)
    return `a file of the format ${as} has one host: name one for each with --out 'DIR/{host}.${format.extension}'`
  if (out === undefined && as === 'tar' && io.width !== undefined)
    return 'a tar archive is not for a terminal: write --out FILE, or a pipe'
  return undefined
}
