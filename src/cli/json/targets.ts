// JSON of `targets`.
import * as z from 'zod/mini'
import { field, optional, part, text, version } from './parts.js'

/** A setting of a target as it is written in the description. */
export const settings = part(
  'settings',
  z.record(z.string(), z.union([z.string(), z.number(), z.boolean(), z.record(z.string(), z.string())])),
  'Settings under `targets` of the description, by name.',
)

const since = optional(text, 'Least version of the consumer; absent where any will do.')

const support = part(
  'support',
  z.union([
    z.strictObject({ how: z.literal('native'), since, note: z.exactOptional(text) }),
    z.strictObject({
      how: z.enum(['hook', 'drop-in']),
      why: field(text, 'What keeps the stack’s own language from it.'),
      since,
      note: z.exactOptional(text),
    }),
    z.strictObject({ how: z.literal('not-needed'), note: text, since }),
    z.strictObject({ how: z.literal('partial'), reason: field(text, 'What is lost.'), since }),
    z.strictObject({
      how: z.literal('unsupported'),
      reason: text,
      instead: optional(text, 'What to do instead.'),
    }),
  ]),
  '`native`: the stack’s own key. `hook`: ip commands in a script that it runs. `drop-in`: a file of another layer. `not-needed`: nothing to write. `partial`: with a loss. `unsupported`: an error.',
)

export const targetsSchema = z.strictObject({
  version,
  variants: field(
    z.array(
      z.strictObject({
        name: field(text, '`netplan`, `netplan (NetworkManager)`.'),
        target: field(text, 'Name of the target.'),
        title: text,
        consumer: field(text, 'Program that versions count: `systemd`.'),
        defaultVersion: field(text, 'Version that is assumed without `version` in the description.'),
        settings,
      }),
    ),
    'Targets, and settings of them that change what they can express.',
  ),
  features: z.array(
    z.strictObject({
      feature: text,
      title: text,
      support: field(z.record(z.string(), support), 'By name of the variant.'),
    }),
  ),
})
