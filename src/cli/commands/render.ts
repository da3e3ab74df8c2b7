// `multihome render`: writes the files of each stack, or shows them, or compares them with what stands there.
import type { RenderedFile } from '../../targets/target.js'
import { formatMode } from '../../node/owner.js'
import { compileInputs, type Compiled } from '../compiled.js'
import { outProblem } from '../destinations.js'
import { isRefused, printFindings } from '../findings.js'
import type { ExitCode, Io } from '../io.js'
import { misuse } from '../misuse.js'
import { filesPositional, formatOption, strictOption, targetOption } from '../options.js'
import type { Report, ReportedOutput } from '../report-json.js'
import { targetsNamed } from '../target-names.js'
import type { Placement } from '../placement.js'
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
    stdout: { type: 'boolean', describe: 'Show the files instead' },
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
    strict: strictOption,
    format: formatOption,
  },
  examples: [
    ['$0 render host.yaml --target netplan --out ./out', 'the files of one stack'],
    ["$0 render 'hosts/*.yaml' --out ./out/{host}", 'many hosts, all stacks'],
    ['$0 render host.yaml --out ./out --diff', 'what has changed since'],
  ],
} as const satisfies Usage

type Arguments = ValuesOf<typeof usage>

export async function run(args: Arguments, io: Io): Promise<ExitCode> {
  const checks = args.check || args.diff || args['check-modes']
  const problem = combinationProblem(args, checks)
  if (problem !== undefined) return misuse(io, 'render', problem)
  const targets = targetsNamed(args.target)
  const compiled = await compileInputs(args.files, { targets, strict: args.strict }, io)
  const names = compiled.map(({ file }) => file)
  const wrongPlace = args.out === undefined ? undefined : outProblem(args.out, names)
  if (wrongPlace !== undefined) return misuse(io, 'render', wrongPlace)

  const good = compiled.filter(({ stopped }) => !stopped)
  const isBad = good.length < compiled.length
  // Without --keep-going one bad description stops all.
  const rendered = isBad && !args['keep-going'] ? [] : good
  const outputs = outputsOf(rendered, args.strict)
  const text = args.format === 'text'
  if (text) {
    printFindings(compiled, io)
    if (rendered.length === 0 && args.out !== undefined && !checks) io.stderr(nothingWritten(good))
  }
  let failed = isBad || outputs.length < rendered.reduce((total, each) => total + each.targets.length, 0)
  let broken = false
  let placed: Partial<Pick<Report, 'trees' | 'differences'>> = {}
  if (args.out !== undefined && rendered.length > 0) {
    const placement: Placement = {
      compiled: rendered,
      outputs,
      out: args.out,
      text,
      diff: args.diff,
      modes: args['check-modes'] ? 'exact' : 'git',
    }
    const result = checks
      ? await (await import('../place-check.js')).checkAll(placement, io)
      : await (await import('../place-write.js')).writeAll(placement, io)
    failed ||= result.stale
    broken = result.broken
    placed = result.report
  } else if (text && args.stdout) io.stdout(shown(outputs, compiled.length > 1))
  if (args.format !== 'text') await printReport(args.format, { findings: compiled, outputs, ...placed }, io)
  if (broken) return 2
  return failed ? 1 : 0
}

const nothingWritten = (good: readonly Compiled[]): string =>
  `Nothing was written.${good.length === 0 ? '' : ' fix: --keep-going renders the descriptions without errors.'}\n`

async function printReport(format: 'json' | 'sarif', report: Report, io: Io): Promise<void> {
  if (format === 'json') io.stdout((await import('../report-json.js')).reportJson(report))
  else io.stdout((await import('../report-sarif.js')).reportSarif(report.findings))
}

function combinationProblem(args: Arguments, checks: boolean): string | undefined {
  if (args.out !== undefined && args.stdout) return '--out and --stdout exclude each other'
  if (args.out === undefined && checks)
    return '--check, --check-modes and --diff compare with a folder: name it with --out'
  if (args.out === undefined && !args.stdout && args.format === 'text')
    return 'say where the files go: --out DIR, or --stdout'
  return undefined
}

function outputsOf(compiled: readonly Compiled[], strict: boolean): readonly ReportedOutput[] {
  return compiled.flatMap(({ file, diagnostics, compilation, targets }) =>
    targets.flatMap(({ id }) => {
      const output = compilation?.outputs.get(id)
      return output === undefined || isRefused(diagnostics, id, strict) ? [] : [{ file, target: id, output }]
    }),
  )
}

/** One after the other, each below a line that is a comment in every syntax of ours. */
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
