// `multihome requires`: what a host must have for this description to work on it.
import type { Argv } from 'yargs'
import type { ArgumentsOf } from '../command.js'
import type { ExitCode, Io } from '../io.js'
import { filePositional } from '../options.js'

export const build = (parser: Argv) => parser.positional('file', filePositional)

export async function run(args: ArgumentsOf<typeof build>, io: Io): Promise<ExitCode> {
  io.stderr(`multihome requires ${args.file}: not yet\n`)
  return 2
}
