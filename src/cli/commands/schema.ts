// `multihome schema`: prints the JSON Schema of descriptions, of multihome.yaml, or of the JSON that a command prints.
import { describeRepositorySchema } from '../../description/schema/repository.js'
import { describePartSchema, describeSchema } from '../../description/schema/schema.js'
import type { ExitCode, Host } from '../runtime/host.js'
import { jsonText } from '../json/document.js'
import { jsonCommands, jsonSchemaOf } from '../json/schemas.js'
import { usageError } from '../runtime/usage-error.js'
import type { Usage, ValuesOf } from '../usage/usage.js'

export const usage = {
  positionals: {
    command: {
      choices: jsonCommands,
      describe:
        'The JSON that this command prints (trees: render --as json); without it, the schema of descriptions',
    },
  },
  options: {
    partial: {
      type: 'boolean',
      describe: 'The schema of a file that descriptions extend: no key is required, and null removes',
    },
    repository: { type: 'boolean', describe: 'The schema of multihome.yaml' },
  },
  examples: [
    ['$0 schema > description.schema.json', 'for an editor'],
    ['$0 schema --partial > part.schema.json', 'the same for the common part of several descriptions'],
    ['$0 schema --repository > repository.schema.json', 'the same for multihome.yaml'],
    ['$0 schema plan', 'what `multihome plan --format json` prints'],
  ],
} as const satisfies Usage

export async function run(args: ValuesOf<typeof usage>, io: Host): Promise<ExitCode> {
  const { command, partial, repository } = args
  if ([command !== undefined, partial, repository].filter(Boolean).length > 1)
    return usageError(io, 'schema', 'COMMAND, --partial and --repository exclude each other')
  const ofFile = partial ? describePartSchema : repository ? describeRepositorySchema : describeSchema
  io.stdout(jsonText(command === undefined ? ofFile() : jsonSchemaOf(command)))
  return 0
}
