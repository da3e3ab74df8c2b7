// The commands, in the order in which help lists them; the module of each is loaded when it is called.
import type { ArgumentsCamelCase, Argv } from 'yargs'
import type { ExitCode, Io } from './io.js'

type Finish = (result: Promise<ExitCode>) => Promise<void>

export interface Command {
  readonly name: string
  readonly add: (parser: Argv, io: Io, finish: Finish) => void
}

interface Loaded<Values> {
  readonly build: (parser: Argv) => Argv<Values>
  readonly run: (args: ArgumentsCamelCase<Values>, io: Io) => Promise<ExitCode>
}

const command = <Values>(usage: string, describe: string, load: () => Promise<Loaded<Values>>): Command => ({
  name: usage.split(' ')[0] ?? usage,
  add: (parser, io, finish) =>
    void parser.command(
      usage,
      describe,
      async (own) => (await load()).build(own),
      async (args) => finish((await load()).run(args, io)),
    ),
})

export const commands: readonly Command[] = [
  command('render <files..>', 'Write the configuration of each stack', () => import('./commands/render.js')),
  command('check <files..>', 'Only tell what is wrong', () => import('./commands/check.js')),
  command('plan <file>', 'Show what the kernel shall have', () => import('./commands/plan.js')),
  command('verify <file>', 'Hold a live host against the plan', () => import('./commands/verify.js')),
  command(
    'trace <file> [packet..]',
    'Tell where a packet goes, and why',
    () => import('./commands/trace.js'),
  ),
  command('diff <old> <new>', 'Tell what a change does', () => import('./commands/diff.js')),
  command('targets', 'Show which stack can say what', () => import('./commands/targets.js')),
  command(
    'compare <file>',
    'Show how each stack says it, side by side',
    () => import('./commands/compare.js'),
  ),
  command(
    'requires <file>',
    'Tell what the host needs for this description',
    () => import('./commands/requires.js'),
  ),
  command('explain [code]', 'Explain a diagnostic', () => import('./commands/explain.js')),
  command('schema', 'Print the JSON Schema of descriptions', () => import('./commands/schema.js')),
  command('init', 'Print a description to begin with', () => import('./commands/init.js')),
]
