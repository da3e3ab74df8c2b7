// `multihome plan`: prints the desired kernel state, independent of the stack.
import { jsonText } from '../json/document.js'
import { planFile } from '../runtime/compile-inputs.js'
import type { ExitCode, Host } from '../runtime/host.js'
import { answerFormat, filePositional, strictOption } from '../usage/options.js'
import { commandsPalette, planPalette } from '../format/paint.js'
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
  const { format } = args
  const planned = await planFile(args.file, args.strict, io)
  if (planned === undefined) return 1
  const { file, plan, lineOf } = planned
  if (format === 'table') {
    const { planTable } = await import('../format/plan-table.js')
    io.stdout(planTable(plan, lineOf), planPalette)
  } else if (format === 'ip') {
    const { planCommands } = await import('../format/plan-commands.js')
    io.stdout(planCommands(plan, lineOf), commandsPalette)
  } else {
    const { planDocument } = await import('../../syntax/plan-document.js')
    const document = { version: 1, file, ...planDocument(plan, lineOf) }
    if (format === 'json') io.stdout(jsonText(document))
    else io.stdout((await import('js-yaml')).dump(document, { flowLevel: 2, lineWidth: -1 }))
  }
  return 0
}
