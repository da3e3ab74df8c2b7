// JSON of `compare`.
import * as z from 'zod/mini'
import { mechanisms, planItemKinds } from '../../compare/comparison.js'
import { topics } from '../../targets/shared/runtime-notes.js'
import {
  family,
  field,
  file,
  integer,
  lineShape,
  optional,
  part,
  text,
  texts,
  version,
  words,
} from './parts.js'
import { changeSteps, firstSteps, symlink, textFileShape } from './render.js'
import { releaseShape } from './requires.js'
import { settings } from './targets.js'

const mechanism = words(...mechanisms)

const item = part(
  'item',
  z.strictObject({
    id: field(text, '`rule-3`: kind, and number of its first part.'),
    kind: words(...planItemKinds),
    parts: field(
      z.array(integer),
      'Its indices in the list of the plan: the IPv4 and the IPv6 rule may be one item.',
    ),
    families: z.array(family),
    words: field(text, 'As ip(8) writes it; of a sysctl `KEY = VALUE`.'),
    reason: field(text, 'What it serves.'),
    comment: optional(text, 'The comment of the description.'),
    ...lineShape,
    gateways: field(texts, 'Names of the gateways that it serves or leads to.'),
    table: optional(integer, 'Number of the table that it is, stands in or looks up.'),
    links: texts,
    needs: field(z.array(z.strictObject(releaseShape)), 'Releases that it needs.'),
  }),
  'An item of the plan.',
)

const cell = part(
  'cell',
  z.strictObject({
    mechanism: field(
      mechanism,
      '`not-needed`: nothing to write. `native`: the stack’s own key. `common-file`: a file that every stack has beside it. `drop-in`: a file of the layer below. `hook`: a command in a script. `program`: a program of ours that keeps running. `blocked`: refused for another item. `refused`: the stack cannot.',
    ),
    locations: z.array(
      z.strictObject({
        path: field(text, 'Of one of the stack’s files.'),
        mechanism,
        ranges: field(
          z.array(z.strictObject({ from: integer, to: integer })),
          'Lines of the file, from 1, the last included.',
        ),
        lines: field(texts, 'The lines themselves, without indentation.'),
      }),
    ),
    why: optional(text, 'Why nothing is written for it, or why it is refused.'),
    alternative: optional(text, 'What to do instead.'),
    limitations: field(texts, 'Limitations.'),
    notes: texts,
    since: optional(text, 'Least version of the consumer.'),
  }),
  'How a stack configures an item.',
)

export const compareSchema = z.strictObject({
  version,
  file,
  description: field(texts, 'Lines of the description.'),
  extended: field(
    z.array(z.strictObject({ file: text, lines: texts })),
    'Files that it extends, with their lines.',
  ),
  items: field(z.array(item), 'Items of the plan, in its order.'),
  stacks: z.array(
    z.strictObject({
      id: field(text, 'Name of the target.'),
      title: text,
      consumer: field(text, 'Program that versions count.'),
      version: field(text, 'That of the description, or the one that is assumed.'),
      settings,
      least: optional(text, 'Least version that can express all of it.'),
      state: field(words('written', 'refused'), '`refused`: `reported` says why.'),
      files: z.array(
        z.union([
          z.strictObject({
            ...textFileShape,
            program: field(z.boolean(), 'Whether it is a program, with the same text for every host.'),
            text: field(text, 'Text of the file.'),
          }),
          symlink,
        ]),
      ),
      first: firstSteps,
      change: changeSteps,
      reported: field(
        z.array(
          z.strictObject({
            severity: words('error', 'warning'),
            code: text,
            message: text,
            fix: optional(text, 'What to do instead.'),
            ...lineShape,
            items: field(texts, 'Items that it is about.'),
          }),
        ),
        'Why the stack refuses, and its limitations.',
      ),
      cells: field(z.record(z.string(), cell), 'By `id` of the item.'),
      behaviour: field(
        z.record(
          z.enum(topics),
          z.strictObject({ text, source: field(text, 'Where the documents explain it.') }),
        ),
        'What the stack does with the state while the host is up, by topic.',
      ),
    }),
  ),
  topics: z.array(z.strictObject({ topic: z.enum(topics), title: text })),
})
