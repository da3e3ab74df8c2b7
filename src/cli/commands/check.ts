// `multihome check`: prints diagnostics of the description and of each stack.
import type { Diagnostic } from '../../diagnostics/diagnostic.js'
import { compileInputs, type Compiled } from '../runtime/compile-inputs.js'
import { isStopping, printDiagnostics, summaryOf } from '../runtime/findings.js'
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
import type { Usage, ValuesOf } from '../usage/usage.js'

export const usage = {
  positionals: { files: filesPositional },
  options: {
    target: targetOption,
    ...reportOptions,
    verbose: { ...reportOptions.verbose, describe: 'Print a verdict for each description' },
  },
  examples: [
    ['$0 check host.yaml --target networkd', 'whether networkd can express all of it'],
    ['$0 check hosts/ --format sarif', 'every description of a folder, for code scanning'],
  ],
} as const satisfies Usage

export async function run(args: ValuesOf<typeof usage>, io: Host): Promise<ExitCode> {
  const problem = detailProblem(args) ?? stdinNameProblem(args)
  if (problem !== undefined) return usageError(io, 'check', problem)
  const { strict, format } = args
  const choice = { targets: targetsNamed(args.target), strict, stdinName: args['stdin-name'] }
  const compiled = await compileInputs(args.files, choice, io)
  const detail = detailOf(args)
  printDiagnostics(compiled, io, detail)
  if (format === 'json')
    io.stdout((await import('../format/report-json.js')).reportJson({ findings: compiled, outputs: [] }))
  else if (format === 'sarif') io.stdout((await import('../format/report-sarif.js')).reportSarif(compiled))
  else if (detail !== 'errors') io.stdout(verdicts(compiled, detail === 'all'))
  return compiled.some((each) => each.diagnostics.some((one) => isStopping(one, strict))) ? 1 : 0
}

/** One line for all descriptions; with `isVerbose` also one for each. */
function verdicts(compiled: readonly Compiled[], isVerbose: boolean): string {
  const lines = compiled.map(({ file, diagnostics }) => `${file}: ${verdict(diagnostics)}\n`)
  if (compiled.length === 1) return lines.join('')
  const count = compiled.filter(({ diagnostics }) => summaryOf(diagnostics) !== '').length
  const total = `${compiled.length} descriptions: ${verdict(compiled.flatMap(({ diagnostics }) => diagnostics))}`
  return `${isVerbose ? lines.join('') : ''}${total}${count === 0 ? '' : ` in ${count} of them`}\n`
}

const verdict = (diagnostics: readonly Diagnostic[]): string => summaryOf(diagnostics) || 'good'
