// `multihome plan`: prints the desired kernel state, independent of the stack.
import { compileFile } from '../runtime/compile-inputs.js'
import { printFindings } from '../runtime/findings.js'
import type { ExitCode, Host } from '../runtime/host.js'
import { answerFormat, filePositional, strictOption } from '../usage/options.js'
import { commandsPalette, paint, planPalette } from '../format/paint.js'
import type { Usage, ValuesOf } from '../usage/usage.js'

export const usage = {
  positionals: { file: filePositional },
  options: {
    format: {
      ...answerFormat,
      choices: ['table', 'json', 'yaml', 'ip'],
      default: 'table',
      describe: 'Form of the answer; ip: the commands of ip(8)',
    },
    strict: strictOption,
  },
  examples: [
    ['$0 plan host.yaml', 'tables, rules, routes and sysctls, each with its line'],
    ['$0 plan host.yaml --format ip', 'the same as commands'],
  ],
} as const satisfies Usage

export async function run(args: ValuesOf<typeof usage>, io: Host): Promise<ExitCode> {
  const { format, strict } = args
  const compiled = await compileFile(args.file, { targets: [], strict }, io)
  printFindings([compiled], io)
  const { compilation, stopped } = compiled
  if (stopped || compilation?.plan === undefined) return 1
  const { plan, lineOf } = compilation
  if (format === 'table') {
    const { planTable } = await import('../format/plan-table.js')
    io.stdout(paint(planTable(plan, lineOf), planPalette, io.stdoutColor))
  } else if (format === 'ip') {
    const { planCommands } = await import('../format/plan-commands.js')
    io.stdout(paint(planCommands(plan, lineOf), commandsPalette, io.stdoutColor))
  } else {
    const { planDocument } = await import('../../syntax/plan-document.js')
    const document = { version: 1, file: compiled.file, ...planDocument(plan, lineOf) }
    if (format === 'json') io.stdout(`${JSON.stringify(document, null, 2)}\n`)
    else io.stdout((await import('js-yaml')).dump(document, { flowLevel: 2, lineWidth: -1 }))
  }
  return 0
}
