// JSON of `explain` and `init --list`.
import * as z from 'zod/mini'
import { field, optional, text, version, words } from './parts.js'

export const explainSchema = z.strictObject({
  version,
  diagnostics: field(
    z.array(
      z.strictObject({
        code: text,
        severity: words('error', 'warning', 'info'),
        about: field(text, 'What it means.'),
        fix: optional(text, 'What to write instead.'),
        example: optional(
          z.strictObject({
            description: field(text, 'A description that has it.'),
            printed: field(text, 'What is printed for it.'),
          }),
          'If one code was given.',
        ),
      }),
    ),
    'One, or all in the order of the alphabet.',
  ),
})

export const initSchema = z.strictObject({
  version,
  scenarios: field(
    z.array(z.strictObject({ name: text, about: field(text, 'What it shows.') })),
    'Hosts to begin with: `multihome init --scenario NAME`.',
  ),
})
