// `multihome check`: prints diagnostics of the description and of each stack.
import type { Diagnostic } from '../../diagnostics/diagnostic.js'
import { eachHost } from '../hosts/each-host.js'
import { hostsOf, hostsOptions, threadsOf } from '../hosts/hosts.js'
import { isStopping, printDiagnostics, summaryOf, type Findings } from '../runtime/findings.js'
import { repositoryOptions, scopeOf } from '../repository/scope.js'
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
    ...repositoryOptions,
    ...hostsOptions,
    ...reportOptions,
    verbose: { ...reportOptions.verbose, describe: 'Print a verdict for each description' },
  },
  examples: [
    ['$0 check host.yaml --target networkd', 'whether networkd can express all of it'],
    ['$0 check', 'every host of the repository, as its multihome.yaml says'],
    ['$0 check hosts/ --format sarif', 'every description of a folder, for code scanning'],
  ],
} as const satisfies Usage

export async function run(args: ValuesOf<typeof usage>, io: Host): Promise<ExitCode> {
  const problem = detailProblem(args) ?? stdinNameProblem(args)
  if (problem !== undefined) return usageError(io, 'check', problem)
  const scope = await scopeOf('check', args, io)
  if (!scope.ok) return scope.code
  const { strict, defaults } = scope.value
  const { format } = args
  const detail = detailOf(args)
  const targets = targetsNamed(args.target)?.map(({ id }) => id)
  const options = { targets, strict, stdinName: args['stdin-name'], defaults, detail }
  const hosts = await hostsOf(scope.value.files, args, scope.value.config, io)
  if (!hosts.ok) return usageError(io, 'check', hosts.problem)
  const missing = [...scope.value.problems, ...hosts.value.missing]
  printDiagnostics(missing, io, detail)
  const found: Findings[] = [...missing]
  const each = { threads: threadsOf(args), isQuiet: detail === 'errors' }
  for await (const done of eachHost('check', hosts.value.files, options, io, each)) {
    const findings = done.result?.findings ?? done.stopped
    if (findings !== undefined) found.push(findings)
  }
  if (format === 'json')
    io.stdout((await import('../format/report-json.js')).reportJson({ findings: found, outputs: [] }))
  else if (format === 'sarif') io.stdout((await import('../format/report-sarif.js')).reportSarif(found))
  else if (detail !== 'errors') io.stdout(verdicts(found, detail === 'all'))
  return found.some((each) => each.diagnostics.some((one) => isStopping(one, strict))) ? 1 : 0
}

/** One line for all descriptions; with `isVerbose` also one for each. */
function verdicts(found: readonly Findings[], isVerbose: boolean): string {
  const lines = found.map(({ file, diagnostics }) => `${file}: ${verdict(diagnostics)}\n`)
  if (found.length === 1) return lines.join('')
  const count = found.filter(({ diagnostics }) => summaryOf(diagnostics) !== '').length
  const total = `${found.length} descriptions: ${verdict(found.flatMap(({ diagnostics }) => diagnostics))}`
  return `${isVerbose ? lines.join('') : ''}${total}${count === 0 ? '' : ` in ${count} of them`}\n`
}

const verdict = (diagnostics: readonly Diagnostic[]): string => summaryOf(diagnostics) || 'good'
