// List of commands, grouped as in help. The module of a command is loaded when it is called.
import type { ExitCode, Host } from './runtime/host.js'
import type { Usage, ValuesOf } from './usage/usage.js'
import type { Values } from './usage/parse.js'

export const groups = ['Write', 'Understand', 'Hosts', 'Tools'] as const
export type Group = (typeof groups)[number]

export interface Command {
  readonly name: string
  readonly group: Group
  readonly describe: string
  readonly load: () => Promise<LoadedCommand>
}

export interface LoadedCommand {
  readonly usage: Usage
  readonly run: (values: Values, io: Host) => Promise<ExitCode>
}

interface Module<U extends Usage> {
  readonly usage: U
  readonly run: (args: ValuesOf<U>, io: Host) => Promise<ExitCode>
}

const command = <U extends Usage>(
  group: Group,
  name: string,
  describe: string,
  load: () => Promise<Module<U>>,
): Command => ({
  name,
  group,
  describe,
  load: async () => {
    const { usage, run } = await load()
    // `parse` returns a value for each positional and option of the usage.
    return { usage, run: async (values, io) => run(values as ValuesOf<U>, io) }
  },
})

export const commands: readonly Command[] = [
  command('Write', 'init', 'Print a description to begin with', () => import('./commands/init.js')),
  command('Write', 'check', 'Report what is wrong, and write nothing', () => import('./commands/check.js')),
  command('Write', 'render', 'Write the configuration of each stack', () => import('./commands/render.js')),
  command(
    'Understand',
    'plan',
    'Show the kernel state that a description asks for',
    () => import('./commands/plan.js'),
  ),
  command('Understand', 'trace', 'Show where a packet goes, and why', () => import('./commands/trace.js')),
  command(
    'Understand',
    'compare',
    'Show how each stack configures each item, side by side',
    () => import('./commands/compare.js'),
  ),
  command(
    'Understand',
    'diff',
    'Show what a change does to packets and kernel state',
    () => import('./commands/diff.js'),
  ),
  command('Understand', 'explain', 'Explain a diagnostic', () => import('./commands/explain.js')),
  command(
    'Hosts',
    'verify',
    'Compare a live host with its description',
    () => import('./commands/verify.js'),
  ),
  command(
    'Hosts',
    'requires',
    'List the kernel options, programs and versions that a host needs',
    () => import('./commands/requires.js'),
  ),
  command('Tools', 'targets', 'List what each stack can express', () => import('./commands/targets.js')),
  command('Tools', 'schema', 'Print the JSON Schema of descriptions', () => import('./commands/schema.js')),
  command(
    'Tools',
    'completion',
    'Print a completion script for a shell',
    () => import('./commands/completion.js'),
  ),
]

/** Has no module: `help COMMAND` is `COMMAND --help`. */
export const helpCommand = { name: 'help', group: 'Tools', describe: 'Explain a command' } as const

/**
 * The name of the command, and the other words. Options may precede it: `multihome --color=never plan host.yaml`.
 */
export function splitCommand(words: readonly string[]): readonly [string | undefined, readonly string[]] {
  const index = words.findIndex((word, at) => !word.startsWith('-') && words[at - 1] !== '--color')
  return index === -1 ? [undefined, words] : [words[index], words.filter((_, at) => at !== index)]
}
