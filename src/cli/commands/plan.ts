// `multihome plan`: prints the desired kernel state, independent of the stack.
import { ok } from '../../stdlib/result.js'
import { configOption, defaultsOf } from '../repository/scope.js'
import { jsonText } from '../json/document.js'
import { compileFile, plannedOf } from '../runtime/compile-inputs.js'
import { printFindings } from '../runtime/findings.js'
import type { ExitCode, Host } from '../runtime/host.js'
import { answerFormat, filePositional, strictOption } from '../usage/options.js'
import { commandsPalette, planPalette } from '../format/paint.js'
import { usageError } from '../runtime/usage-error.js'
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
    resolved: {
      type: 'boolean',
      describe:
        'Print the description merged with what it extends, as YAML, with file and line of each part; in json beside the plan',
    },
    config: { ...configOption, describe: `With --resolved: ${configOption.describe}` },
    strict: strictOption,
  },
  examples: [
    ['$0 plan host.yaml', 'tables, rules, routes and sysctls, each with its line'],
    ['$0 plan host.yaml --format ip', 'the same as commands'],
    ['$0 plan host.yaml --resolved', 'the description with what it extends'],
  ],
} as const satisfies Usage

export async function run(args: ValuesOf<typeof usage>, io: Host): Promise<ExitCode> {
  const { format, strict, resolved } = args
  if (resolved && format === 'ip')
    return usageError(io, 'plan', '--resolved prints the description, which is YAML or json, not ip')
  // The plan itself does not depend on targets.
  const defaults = resolved ? await defaultsOf(args.config, io) : ok(undefined)
  if (!defaults.ok) return 1
  const choice = { targets: [], strict, defaults: defaults.value }
  const compiled = await compileFile(args.file, choice, io)
  printFindings([compiled], io)
  const { compilation } = compiled
  // Printed in spite of an error, which may be due to the merge.
  if (resolved && format !== 'json' && compilation?.source.value !== undefined)
    io.stdout((await import('../../yaml/resolved.js')).formatResolved(compilation.source))
  const planned = plannedOf(compiled)
  if (planned === undefined) return 1
  const { file, source, plan, lineOf } = planned
  if (resolved && format !== 'json') return 0
  if (format === 'table') {
    const { planTable } = await import('../format/plan-table.js')
    io.stdout(planTable(plan, lineOf), planPalette)
  } else if (format === 'ip') {
    const { planCommands } = await import('../format/plan-commands.js')
    io.stdout(planCommands(plan, lineOf), commandsPalette)
  } else {
    const { planDocument } = await import('../../syntax/plan-document.js')
    const document = { version: 1, file, ...planDocument(plan, lineOf) }
    if (format === 'json') {
      const { resolvedDocument } = await import('../../yaml/resolved.js')
      io.stdout(jsonText(resolved ? { ...document, resolved: resolvedDocument(source) } : document))
    } else io.stdout((await import('js-yaml')).dump(document, { flowLevel: 2, lineWidth: -1 }))
  }
  return 0
}
