// `multihome init`: a description to begin with.
import { suggest } from '../../diagnostics/suggest.js'
import { columns } from '../columns.js'
import { scenarios } from '../embedded.generated.js'
import type { ExitCode, Io } from '../io.js'
import { misuse } from '../misuse.js'
import { starter } from '../starter.js'
import type { Usage, ValuesOf } from '../usage/usage.js'

export const usage = {
  options: {
    scenario: {
      type: 'string',
      value: 'NAME',
      completes: async () =>
        Object.entries(scenarios).map(([value, text]) => ({ value, describe: ideaOf(text) })),
      describe: 'Begin with this host instead (see --list)',
    },
    list: { type: 'boolean', describe: 'List the scenarios' },
  },
  examples: [
    ['$0 init > host.yaml', 'two providers, every key explained'],
    ['$0 init --scenario vpn-fail-closed > host.yaml', 'one of many hosts'],
  ],
} as const satisfies Usage

export async function run(args: ValuesOf<typeof usage>, io: Io): Promise<ExitCode> {
  if (args.list) {
    const rows = Object.entries(scenarios).map(([name, text]) => [name, ideaOf(text)])
    io.stdout(`${columns(rows).join('\n')}\n`)
    return 0
  }
  const { scenario } = args
  if (scenario === undefined) {
    io.stdout(starter)
    return 0
  }
  const text = Object.hasOwn(scenarios, scenario) ? scenarios[scenario] : undefined
  if (text === undefined) {
    const near = suggest(scenario, Object.keys(scenarios))
    const hint = near === undefined ? '--list shows them' : `did you mean \`${near}\`?`
    return misuse(io, 'init', `there is no scenario \`${scenario}\`; ${hint}`)
  }
  io.stdout(text)
  return 0
}

/** The first line of each is a comment that says its idea. */
const ideaOf = (text: string): string => /^#\s*(.*)/.exec(text)?.[1] ?? ''
