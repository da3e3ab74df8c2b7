// List of commands, grouped as in help. The module of a command is loaded when it is called.
import type { ExitCode, Host } from './runtime/host.js'
import type { Usage, ValuesOf } from './usage/usage.js'
import type { Values } from './usage/parse.js'

export interface Command {
  readonly name: string
  readonly group: string
  readonly describe: string
  readonly load: () => Promise<{
    readonly usage: Usage
    readonly run: (values: Values, io: Host) => Promise<ExitCode>
  }>
}

const command = <U extends Usage>(
  name: string,
  describe: string,
  load: () => Promise<{ usage: U; run: (args: ValuesOf<U>, io: Host) => Promise<ExitCode> }>,
): Omit<Command, 'group'> => ({
  name,
  describe,
  load: async () => {
    const { usage, run } = await load()
    // `parse` returns a value for each positional and option of the usage.
    return { usage, run: async (values, io) => run(values as ValuesOf<U>, io) }
  },
})

const commandsByGroup = {
  Write: [
    command(
      'init',
      'Print a description to begin with, or create a repository',
      () => import('./commands/init.js'),
    ),
    command(
      'import',
      'Describe a host by the files that configure it, with a proof',
      () => import('./commands/import.js'),
    ),
    command('check', 'Report what is wrong, and write nothing', () => import('./commands/check.js')),
    command('render', 'Write the configuration of each stack', () => import('./commands/render.js')),
  ],
  Understand: [
    command('plan', 'Show the kernel state that a description asks for', () => import('./commands/plan.js')),
    command('trace', 'Show where a packet goes, and why', () => import('./commands/trace.js')),
    command(
      'compare',
      'Show how each stack configures each item, side by side',
      () => import('./commands/compare.js'),
    ),
    command(
      'diff',
      'Show what a change does to packets and kernel state',
      () => import('./commands/diff.js'),
    ),
    command('explain', 'Explain a diagnostic', () => import('./commands/explain.js')),
  ],
  Hosts: [
    command('verify', 'Compare a live host with its description', () => import('./commands/verify.js')),
    command(
      'requires',
      'List the kernel options, programs and versions that a host needs',
      () => import('./commands/requires.js'),
    ),
  ],
  Tools: [
    command('targets', 'List what each stack can express', () => import('./commands/targets.js')),
    command('schema', 'Print the JSON Schema of descriptions', () => import('./commands/schema.js')),
    command('completion', 'Print a completion script for a shell', () => import('./commands/completion.js')),
  ],
}

export const groups = Object.keys(commandsByGroup)

export const commands: readonly Command[] = Object.entries(commandsByGroup).flatMap(([group, list]) =>
  list.map((one) => ({ ...one, group })),
)

/** Has no module: `help COMMAND` is `COMMAND --help`. */
export const helpCommand = { name: 'help', group: 'Tools', describe: 'Explain a command' } as const

/**
 * The name of the command, and the other words. Options may precede it: `multihome --color=never plan host.yaml`.
 */
export function splitCommand(words: readonly string[]): readonly [string | undefined, readonly string[]] {
  const index = words.findIndex((word, at) => !word.startsWith('-') && words[at - 1] !== '--color')
  return index === -1 ? [undefined, words] : [words[index], words.filter((_, at) => at !== index)]
}
