// `multihome init`: prints a description to start from, or creates a repository of hosts.
import { join } from 'node:path'
import { printable } from '../../diagnostics/sanitize.js'
import { suggest } from '../../diagnostics/suggest.js'
import { columns } from '../format/columns.js'
import { jsonText } from '../json/document.js'
import { repositoryFiles, scenarios, starter } from '../embedded.generated.js'
import type { ExitCode, Host } from '../runtime/host.js'
import { usageError } from '../runtime/usage-error.js'
import type { initSchema } from '../json/lists.js'
import { answerFormat } from '../usage/options.js'
import type { Usage, ValuesOf } from '../usage/usage.js'

export const usage = {
  positionals: {
    dir: { completes: 'folders', describe: 'With --repository: the folder, default: the current one' },
  },
  options: {
    repository: {
      type: 'boolean',
      describe:
        'Create the files of a repository of hosts: multihome.yaml, a host, and the configuration of Git, pre-commit and a GitHub workflow. No file is replaced',
    },
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
    ['$0 init --repository network', 'a repository of hosts, in the folder network'],
  ],
} as const satisfies Usage

type Arguments = ValuesOf<typeof usage>

export async function run(args: Arguments, io: Host): Promise<ExitCode> {
  if (args.repository) return createRepository(args, io)
  if (args.dir !== undefined)
    return usageError(
      io,
      'init',
      'a folder is created with --repository only',
      `multihome init --repository ${args.dir}, or multihome init > FILE`,
    )
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

function createRepository({ dir = '.', scenario, list, format }: Arguments, io: Host): ExitCode {
  if (scenario !== undefined || list || format === 'json')
    return usageError(io, 'init', '--repository excludes --scenario, --list and --format')
  const created = io.createFiles(dir, repositoryFiles)
  if (created.ok) {
    for (const path of Object.keys(repositoryFiles)) io.stdout(`created  ${join(dir, path)}\n`)
    io.stdout(`\nNext${dir === '.' ? '' : `, in ${dir}`}:\n${nextCommands}`)
    return 0
  }
  if ('problem' in created) {
    io.stderr(`${printable(`multihome init: ${created.problem}`)}\n`)
    return 2
  }
  for (const path of created.existing) io.stderr(`${printable(`exists   ${path}`)}\n`)
  io.stderr('Nothing was written. fix: name another folder, or move these files away\n')
  return 1
}

const nextCommands = `  multihome check     what is wrong with the hosts
  multihome render    their files, into rendered/
  git add .           for a commit that a team can review
`

/** The first line of each scenario is a comment that summarizes it. */
const summaryOf = (text: string): string => /^#\s*(.*)/.exec(text)?.[1] ?? ''
