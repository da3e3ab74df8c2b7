// `multihome schema`: the description's JSON Schema, for editors.
import { describeSchema } from '../../description/schema.js'
import type { ExitCode, Io } from '../io.js'
import type { Usage } from '../usage/usage.js'

export const usage = {
  examples: [['$0 schema > description.schema.json', 'for an editor']],
} as const satisfies Usage

export async function run(_args: unknown, io: Io): Promise<ExitCode> {
  io.stdout(`${JSON.stringify(describeSchema(), null, 2)}\n`)
  return 0
}
