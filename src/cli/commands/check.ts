// `multihome check`: diagnostics only, of the description and of each stack.
import type { Argv } from 'yargs'
import type { ArgumentsOf } from '../command.js'
import { compileInputs, type Compiled } from '../compiled.js'
import { isStopping, printFindings, summaryOf } from '../findings.js'
import type { ExitCode, Io } from '../io.js'
import { filesPositional, formatOption, strictOption, targetOption } from '../options.js'
import { targetsNamed } from '../target-names.js'

export const build = (parser: Argv) =>
  parser
    .positional('files', filesPositional)
    .option('target', targetOption)
    .option('strict', strictOption)
    .option('format', formatOption)
    .example('$0 check host.yaml --target networkd', 'whether networkd can say all of it')
    .example("$0 check 'hosts/*.yaml' --format sarif", 'for code scanning')

export async function run(args: ArgumentsOf<typeof build>, io: Io): Promise<ExitCode> {
  const { strict, format } = args
  const targets = targetsNamed(args.target)
  const compiled = await compileInputs(args.files, { targets, strict }, io)
  if (format === 'json')
    io.stdout((await import('../report-json.js')).reportJson({ findings: compiled, outputs: [] }))
  else if (format === 'sarif') io.stdout((await import('../report-sarif.js')).reportSarif(compiled))
  else {
    printFindings(compiled, io)
    for (const each of compiled) io.stdout(`${each.file}: ${verdict(each)}\n`)
  }
  return compiled.some((each) => each.diagnostics.some((told) => isStopping(told, strict))) ? 1 : 0
}

const verdict = ({ diagnostics }: Compiled): string => summaryOf(diagnostics) || 'good'
