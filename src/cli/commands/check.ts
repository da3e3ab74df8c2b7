// `multihome check`: diagnostics only, of the description and of each stack.
import { compileInputs, type Compiled } from '../compiled.js'
import { isStopping, printFindings, summaryOf } from '../findings.js'
import type { ExitCode, Io } from '../io.js'
import { filesPositional, formatOption, strictOption, targetOption } from '../options.js'
import { targetsNamed } from '../target-names.js'
import type { Usage, ValuesOf } from '../usage/usage.js'

export const usage = {
  positionals: { files: filesPositional },
  options: { target: targetOption, strict: strictOption, format: formatOption },
  examples: [
    ['$0 check host.yaml --target networkd', 'whether networkd can express all of it'],
    ["$0 check 'hosts/*.yaml' --format sarif", 'for code scanning'],
  ],
} as const satisfies Usage

export async function run(args: ValuesOf<typeof usage>, io: Io): Promise<ExitCode> {
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
