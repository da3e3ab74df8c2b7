// Which command was typed? Assembled with yargs; each command is loaded when it is called.
import yargs, { type Argv } from 'yargs'
import type { ExitCode, Io } from './io.js'
import { commands } from './commands.js'
import { STDIN } from './inputs.js'
import { misuse } from './misuse.js'
import { version } from './version.js'

/** Never throws and never ends the process. */
export async function run(words: readonly string[], io: Io): Promise<ExitCode> {
  let code: ExitCode = 0
  try {
    const parser = assemble(words, io, async (result) => {
      code = await result
    })
    await parser.parseAsync(words.map(nameStdin), {}, (_error, _args, output) => {
      if (output !== '') io.stdout(`${output}\n`)
    })
    return code
  } catch (error) {
    return failure(error, commandOf(words), io)
  }
}

/** All commands for help, completion and what is no command; else the one that is called, which is faster. */
function assemble(
  words: readonly string[],
  io: Io,
  finish: (result: Promise<ExitCode>) => Promise<void>,
): Argv {
  const parser = yargs()
    .scriptName('multihome')
    .usage('$0 COMMAND: one description of a Linux host’s gateways, the configuration of seven stacks')
    .locale('en')
    .completion('completion', 'Print a completion script for the shell in $SHELL (bash, zsh, fish)')
    .alias('help', 'h')
    .strict()
    .recommendCommands()
    .demandCommand(1, 'name a command')
    .exitProcess(false)
    .wrap(100)
    .parserConfiguration({
      'boolean-negation': false,
      'camel-case-expansion': false,
      'dot-notation': false,
      'greedy-arrays': false,
      'parse-numbers': false,
      'parse-positional-numbers': false,
    })
    .check(givenOnce, true)
    .fail((message: string, error: unknown) => {
      throw error instanceof Error ? error : new Error(message, { cause: MISUSE })
    })
  // yargs itself has turned on --help, and a --version that looks for a package.json.
  if (words.includes('--version')) parser.version(version)
  const called = commands.filter(({ name }) => name === words[0])
  for (const { add } of called.length > 0 ? called : commands) add(parser, io, finish)
  withoutHelpBeforehand(parser)
  return parser
}

/** yargs lays out the help of each command that it runs, asked for or not: 2 ms of every start. */
function withoutHelpBeforehand(parser: object): void {
  const { getInternalMethods } = parser as {
    getInternalMethods?: () => { getUsageInstance: () => { cacheHelpMessage: () => void } }
  }
  const usage = getInternalMethods?.call(parser).getUsageInstance()
  if (usage !== undefined) usage.cacheHelpMessage = () => {}
}

/** yargs drops a lone `-` from a list of files. */
const nameStdin = (word: string): string => (word === '-' ? STDIN : word)

/** yargs would make a list of an option that is given twice, whatever its type. */
function givenOnce(args: Readonly<Record<string, unknown>>): true | string {
  const lists = ['_', 'files', 'target', 't', 'packet', 'lease']
  const twice = Object.keys(args).find((name) => Array.isArray(args[name]) && !lists.includes(name))
  return twice === undefined ? true : `${twice.length === 1 ? '-' : '--'}${twice} is given twice`
}

const MISUSE = Symbol('misuse')

/** yargs itself throws a YError for words that it cannot read. */
const isMisuse = (error: unknown): error is Error =>
  error instanceof Error && (error.cause === MISUSE || error.name === 'YError')

function failure(error: unknown, command: string, io: Io): ExitCode {
  if (isMisuse(error)) return misuse(io, command, error.message)
  const stack = error instanceof Error ? (error.stack ?? error.message) : String(error)
  const first = error instanceof Error ? error.message : String(error)
  io.stderr(
    `multihome has a bug: ${io.debug ? stack : first}\n` +
      `Please report it with the description, the command and its version (${version}); ` +
      `DEBUG=1 in the environment shows where it happened.\n`,
  )
  return 2
}

const commandOf = (words: readonly string[]): string => words.find((word) => !word.startsWith('-')) ?? ''
