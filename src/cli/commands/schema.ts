// `multihome schema`: prints the JSON Schema of descriptions, of multihome.yaml, or of the JSON that a command prints.
import { describeRepositorySchema } from '../../description/schema/repository.js'
import { describeSchema } from '../../description/schema/schema.js'
import type { ExitCode, Host } from '../runtime/host.js'
import { jsonText } from '../json/document.js'
import { jsonCommands, jsonSchemaOf } from '../json/schemas.js'
import { usageError } from '../runtime/usage-error.js'
import type { Usage, ValuesOf } from '../usage/usage.js'

export const usage = {
  positionals: {
    command: {
      choices: jsonCommands,
      describe: 'The JSON that this command prints; without it, the schema of descriptions',
    },
  },
  options: {
    repository: { type: 'boolean', describe: 'The schema of multihome.yaml' },
  },
  examples: [
    ['$0 schema > description.schema.json', 'for an editor'],
    ['$0 schema --repository > repository.schema.json', 'the same for multihome.yaml'],
    ['$0 schema plan', 'what `multihome plan --format json` prints'],
  ],
} as const satisfies Usage

export async function run({ command, repository }: ValuesOf<typeof usage>, io: Host): Promise<ExitCode> {
  if (command !== undefined && repository)
    return usageError(io, 'schema', 'COMMAND and --repository exclude each other')
  const ofFile = repository ? describeRepositorySchema : describeSchema
  io.stdout(jsonText(command === undefined ? ofFile() : jsonSchemaOf(command)))
  return 0
}
