// `multihome schema`: prints the JSON Schema of descriptions, or of the JSON that a command prints.
import { describeSchema } from '../../description/schema/schema.js'
import type { ExitCode, Host } from '../runtime/host.js'
import { jsonText } from '../json/document.js'
import { jsonCommands, jsonSchemaOf } from '../json/schemas.js'
import type { Usage, ValuesOf } from '../usage/usage.js'

export const usage = {
  positionals: {
    command: {
      choices: jsonCommands,
      describe: 'The JSON that this command prints; without it, the schema of descriptions',
    },
  },
  examples: [
    ['$0 schema > description.schema.json', 'for an editor'],
    ['$0 schema plan', 'what `multihome plan --format json` prints'],
  ],
} as const satisfies Usage

export async function run({ command }: ValuesOf<typeof usage>, io: Host): Promise<ExitCode> {
  io.stdout(jsonText(command === undefined ? describeSchema() : jsonSchemaOf(command)))
  return 0
}
