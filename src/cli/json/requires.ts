// JSON of `requires`.
import * as z from 'zod/mini'
import { field, flag, integer, lineShape, optional, text, texts, version, words } from './parts.js'

/** The first releases that can do a thing. */
export const releaseShape = {
  what: field(text, 'What the plan does with it.'),
  linux: text,
  iproute2: optional(text, 'Absent where ip(8) takes no part.'),
  nftables: optional(text, 'Absent where nft(8) takes no part.'),
}

const location = {
  path: field(text, 'Path in the description.'),
  line: field(integer, 'Line of it, from 1; of `file` if that is there.'),
  file: lineShape.file,
}
const least = optional(text, 'Least version; absent where any will do.')

export const requiresSchema = z.strictObject({
  version,
  kernel: z.strictObject({
    least,
    options: z.array(
      z.strictObject({
        option: field(text, '`CONFIG_IP_MULTIPLE_TABLES`.'),
        reason: text,
        state: optional(words('built-in', 'module', 'missing'), 'With --kernel-config.'),
        ...location,
      }),
    ),
  }),
  iproute2: z.strictObject({ least }),
  nftables: z.strictObject({ least }),
  versions: field(
    z.array(z.strictObject({ ...releaseShape, ...location })),
    'Features that some release in use lacks, with the first release that has them.',
  ),
  stacks: z.array(
    z.strictObject({
      target: text,
      consumer: field(text, 'Program that versions count: `systemd`.'),
      assumed: field(text, 'Version of the description, or the default.'),
      least,
      because: field(texts, 'Features that need the least version.'),
      never: field(texts, 'What no version can express.'),
      hooks: field(flag, 'Whether a script calls ip(8).'),
      programs: field(texts, 'Commands that its steps and scripts call.'),
    }),
  ),
})
