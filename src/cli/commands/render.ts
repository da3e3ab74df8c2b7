// `multihome render`: writes the files of each stack, prints them, or compares them with existing files.
import type { RenderedFile } from '../../targets/target.js'
import { formatMode } from '../../node/file-owner.js'
import { compileInputs, type Compiled } from '../runtime/compile-inputs.js'
import { printDiagnostics, printFindings } from '../runtime/findings.js'
import { stdinNameProblem } from '../runtime/inputs.js'
import type { ExitCode, Host } from '../runtime/host.js'
import { usageError } from '../runtime/usage-error.js'
import {
  detailOf,
  detailProblem,
  filesPositional,
  reportOptions,
  targetOption,
  targetsNamed,
} from '../usage/options.js'
import type { Report, ReportedOutput } from '../format/report-json.js'
import { outProblem, outputsOf, printAbandoned, type OutputRoots } from '../render/output-roots.js'
import type { Usage, ValuesOf } from '../usage/usage.js'

export const usage = {
  positionals: { files: filesPositional },
  options: {
    target: targetOption,
    out: {
      type: 'string',
      alias: 'o',
      value: 'DIR',
      completes: 'folders',
      describe:
        'Folder to write into: the root for one target, a folder for each of several; {host} is the name of the description',
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
    ['$0 render host.yaml --out ./out --diff', 'what has changed since'],
  ],
} as const satisfies Usage

type Arguments = ValuesOf<typeof usage>

export async function run(args: Arguments, io: Host): Promise<ExitCode> {
  const checks = args.check || args.diff || args['check-modes']
  const problem = combinationProblem(args, checks)
  if (problem !== undefined) return usageError(io, 'render', problem)
  const choice = { targets: targetsNamed(args.target), strict: args.strict, stdinName: args['stdin-name'] }
  const compiled = await compileInputs(args.files, choice, io)
  const names = compiled.map(({ file }) => file)
  const outError = args.out === undefined ? undefined : outProblem(args.out, names)
  if (outError !== undefined) return usageError(io, 'render', outError)

  const good = compiled.filter(({ stopped }) => !stopped)
  // Without --keep-going one description with errors stops all.
  const rendered = good.length < compiled.length && !args['keep-going'] ? [] : good
  const all = outputsOf(rendered)
  const outputs = all.filter(({ isRefused }) => !isRefused)
  const refused = all.filter(({ isRefused }) => isRefused)
  const detail = detailOf(args)
  const isFine = good.length === compiled.length && refused.length === 0
  const report = { findings: compiled, outputs }
  if (args.out === undefined || rendered.length === 0) {
    printFindings(compiled, io, detail)
    if (args.out !== undefined && !checks && detail !== 'none' && detail !== 'errors')
      io.stderr(nothingWritten(good))
    if (args.format !== 'text') await printReport(args.format, report, io)
    else if (args.out === undefined) {
      io.stdout(shown(report.outputs, compiled.length > 1))
      if (!args.stdout && report.outputs.length > 0 && detail !== 'errors')
        io.stderr('Nothing was written: --out DIR writes these files.\n')
    }
    return isFine ? 0 : 1
  }
  // The final summary counts them as well.
  printDiagnostics(compiled, io, detail)
  const roots: OutputRoots = {
    compiled,
    outputs,
    refused,
    out: args.out,
    isChosen: choice.targets === undefined,
    detail,
    diff: args.diff,
    modes: args['check-modes'] ? 'exact' : 'git',
  }
  printAbandoned(roots, io)
  const result = checks
    ? await (await import('../render/check.js')).checkAll(roots, io)
    : await (await import('../render/write.js')).writeAll(roots, io)
  if (args.format !== 'text') await printReport(args.format, { ...report, ...result.report }, io)
  if (result.broken) return 2
  return isFine && !result.stale ? 0 : 1
}

const nothingWritten = (good: readonly Compiled[]): string =>
  `Nothing was written.${good.length === 0 ? '' : ' fix: --keep-going renders the descriptions without errors.'}\n`

async function printReport(format: 'json' | 'sarif', report: Report, io: Host): Promise<void> {
  if (format === 'json') io.stdout((await import('../format/report-json.js')).reportJson(report))
  else io.stdout((await import('../format/report-sarif.js')).reportSarif(report.findings))
}

function combinationProblem(args: Arguments, checks: boolean): string | undefined {
  const problem = detailProblem(args) ?? stdinNameProblem(args)
  if (problem !== undefined) return problem
  if (args.out !== undefined && args.stdout) return '--out and --stdout exclude each other'
  if (args.out === undefined && checks)
    return '--check, --check-modes and --diff compare with a folder: name it with --out'
  return undefined
}

/** All files, each after a line that is a comment in every syntax that is used. */
function shown(outputs: readonly ReportedOutput[], withFile: boolean): string {
  const withTarget = new Set(outputs.map(({ target }) => target)).size > 1
  return outputs
    .flatMap(({ file, target, output }) => {
      const words = [...(withFile ? [file] : []), ...(withTarget ? [target] : [])]
      return output.files.map((each) => `# ==> ${[...words, titleOf(each)].join(' ')}\n${bodyOf(each)}`)
    })
    .join('\n')
}

const titleOf = (file: RenderedFile): string =>
  'symlink' in file
    ? `${file.path} -> ${file.symlink}`
    : `${file.path} ${formatMode(file.mode)} ${file.owner}`

const bodyOf = (file: RenderedFile): string => ('symlink' in file ? '' : file.content)
