// Entry of the command line: finds the command, parses its arguments, runs it.
import { suggest } from '../diagnostics/suggest.js'
import { commands, helpCommand, splitCommand } from './commands.js'
import { withExits } from './runtime/exits.js'
import { STDIN } from './runtime/inputs.js'
import type { ExitCode, Host } from './runtime/host.js'
import { usageError, usageErrors } from './runtime/usage-error.js'
import { parse, type Values } from './usage/parse.js'
import { version } from './runtime/version.js'

/** Never throws, and never exits the process. */
export async function run(words: readonly string[], io: Host): Promise<ExitCode> {
  try {
    return await dispatch(words, io)
  } catch (error) {
    return failure(error, withExits(io))
  }
}

async function dispatch(words: readonly string[], raw: Host): Promise<ExitCode> {
  const io = withExits(raw)
  if (words[0] === COMPLETE) {
    const { completionsOf } = await import('./completion/completions.js')
    io.stdout(await completionsOf(words.slice(1)))
    return 0
  }
  const [name, others] = splitCommand(words)
  if (name === undefined) return withoutCommand(others, io)
  if (name === helpCommand.name) return dispatch(['--help', ...others], raw)
  const command = commands.find((each) => each.name === name)
  if (command === undefined) return unknownCommand(name, io)
  const { usage, run: runCommand } = await command.load()
  const parsed = parse(name, usage, others.map(nameStdin))
  if (!parsed.ok) {
    const { problems } = parsed
    if (!problems.some(({ lacksDescription }) => lacksDescription === true))
      return usageErrors(io, name, problems)
    const { withHosts } = await import('./repository/scope.js')
    return usageErrors(io, name, await withHosts(name, problems, io))
  }
  if (parsed.value['help'] === true) {
    const { commandHelp } = await import('./usage/help.js')
    io.stdout(commandHelp(command, usage, io.width))
    return 0
  }
  if (parsed.value['version'] === true) return printVersion(io)
  return runCommand(parsed.value, withExits(withColor(raw, parsed.value)))
}

/** Called by the completion scripts. */
const COMPLETE = '__complete'

/** Prints help. Exit status 2, so that a script with an empty variable stops. */
async function withoutCommand(words: readonly string[], io: Host): Promise<ExitCode> {
  const parsed = parse('', {}, words)
  if (!parsed.ok) return usageErrors(io, '', parsed.problems)
  if (parsed.value['version'] === true) return printVersion(io)
  const { mainHelp } = await import('./usage/help.js')
  io.stdout(mainHelp(commands, io.width))
  return parsed.value['help'] === true ? 0 : 2
}

function printVersion(io: Host): ExitCode {
  io.stdout(`${version}\n`)
  return 0
}

function unknownCommand(name: string, io: Host): ExitCode {
  const near = suggest(
    name,
    commands.map((each) => each.name),
  )
  const fix =
    near !== undefined
      ? `write multihome ${near}`
      : /[./]/.test(name)
        ? `name a command before the file: multihome check ${name}`
        : 'multihome --help lists the commands'
  return usageError(io, '', `there is no command \`${name}\``, fix)
}

const nameStdin = (word: string): string => (word === '-' ? STDIN : word)

/** `--color` applies to both streams; `auto` depends on the terminal and the environment. */
function withColor(io: Host, { color }: Values): Host {
  if (color !== 'always' && color !== 'never') return io
  const isColored = color === 'always'
  return { ...io, color: isColored, stdoutColor: isColored }
}

function failure(error: unknown, io: Host): ExitCode {
  const stack = error instanceof Error ? (error.stack ?? error.message) : String(error)
  const first = error instanceof Error ? error.message : String(error)
  io.stderr(
    `multihome has a bug: ${io.debug ? stack : first}\n` +
      `Please report it with the description, the command and its version (${version}); ` +
      `DEBUG=1 in the environment shows where it happened.\n`,
  )
  return 2
}
