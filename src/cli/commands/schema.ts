// `multihome schema`: the description's JSON Schema, for editors.
import type { Argv } from 'yargs'
import { describeSchema } from '../../description/schema.js'
import type { ExitCode, Io } from '../io.js'

export const build = (parser: Argv) => parser

export async function run(_args: unknown, io: Io): Promise<ExitCode> {
  io.stdout(`${JSON.stringify(describeSchema(), null, 2)}\n`)
  return 0
}
