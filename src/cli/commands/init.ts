// `multihome init`: prints a description to start from.
import { suggest } from '../../diagnostics/suggest.js'
import { columns } from '../format/columns.js'
import { jsonText } from '../json/document.js'
import { scenarios, starter } from '../embedded.generated.js'
import type { ExitCode, Host } from '../runtime/host.js'
import { usageError } from '../runtime/usage-error.js'
import type { initSchema } from '../json/lists.js'
import { answerFormat } from '../usage/options.js'
import type { Usage, ValuesOf } from '../usage/usage.js'

export const usage = {
  options: {
    scenario: {
      type: 'string',
      value: 'NAME',
      completes: async () =>
        Object.entries(scenarios).map(([value, text]) => ({ value, describe: summaryOf(text) })),
      describe: 'Begin with this host instead (see --list)',
    },
    list: { type: 'boolean', describe: 'List the scenarios' },
    format: { ...answerFormat, choices: ['text', 'json'], default: 'text', describe: 'Form of the list' },
  },
  examples: [
    ['$0 init > host.yaml', 'two providers, every key explained'],
    ['$0 init --scenario vpn-fail-closed > host.yaml', 'one of many hosts'],
  ],
} as const satisfies Usage

export async function run(args: ValuesOf<typeof usage>, io: Host): Promise<ExitCode> {
  if (args.list) {
    const list = Object.entries(scenarios).map(([name, text]) => ({ name, about: summaryOf(text) }))
    if (args.format === 'json') io.stdout(jsonText<typeof initSchema>({ version: 1, scenarios: list }))
    else io.stdout(`${columns(list.map(({ name, about }) => [name, about])).join('\n')}\n`)
    return 0
  }
  if (args.format === 'json')
    return usageError(
      io,
      'init',
      'a description is YAML',
      'leave --format out, or list the scenarios: --list --format json',
    )
  const { scenario } = args
  if (scenario === undefined) {
    io.stdout(starter)
    return 0
  }
  const text = Object.hasOwn(scenarios, scenario) ? scenarios[scenario] : undefined
  if (text === undefined) {
    const near = suggest(scenario, Object.keys(scenarios))
    const fix = near === undefined ? 'multihome init --list shows them' : `write --scenario ${near}`
    return usageError(io, 'init', `there is no scenario \`${scenario}\``, fix)
  }
  io.stdout(text)
  return 0
}

/** The first line of each scenario is a comment that summarizes it. */
const summaryOf = (text: string): string => /^#\s*(.*)/.exec(text)?.[1] ?? ''
