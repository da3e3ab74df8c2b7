// JSON of `render` and `check`.
import * as z from 'zod/mini'
import { field, file, integer, optional, part, text, texts, version, words } from './parts.js'

export const position = part(
  'position',
  z.strictObject({
    line: field(integer, 'From 1.'),
    column: field(integer, 'From 1, in UTF-16 code units.'),
    offset: field(integer, 'From 0, in UTF-16 code units.'),
  }),
  'A place in the text of a description.',
)

export const diagnostic = part(
  'diagnostic',
  z.strictObject({
    code: field(text, 'Code of the catalogue: `multihome explain CODE`.'),
    severity: field(
      words('error', 'warning', 'info'),
      'An error stops output; a warning does with --strict.',
    ),
    message: text,
    args: field(
      z.record(z.string(), z.union([z.string(), z.number(), texts])),
      'What the message says of this description, by name: `{ "via": "192.0.2.1", "link": "eth0" }`.',
    ),
    file: field(text, 'The file with the text: the description as it was named, or one that it extends.'),
    description: optional(text, 'The description, if `file` is one that it extends.'),
    path: field(text, 'Path in the description; empty for the whole of it.'),
    start: optional(position, 'First character; absent where the text has no place for it.'),
    end: optional(position, 'Behind the last character.'),
    target: optional(
      text,
      'The target that cannot express it; absent where the description itself is wrong.',
    ),
    example: optional(text, 'A packet that shows it, and where the packet goes.'),
    fix: optional(text, 'What to write instead.'),
    related: optional(
      z.array(
        z.strictObject({
          message: text,
          path: text,
          file: optional(text, 'The file with the text, if it is another one.'),
          start: z.exactOptional(position),
          end: z.exactOptional(position),
        }),
      ),
      'Other places that belong to it.',
    ),
  }),
  'Something that is wrong or could be better.',
)

export const symlink = z.strictObject({
  path: field(text, 'Path of the link on the host.'),
  symlink: field(text, 'Where it points to.'),
})

export const textFileShape = {
  path: field(text, 'Path on the host.'),
  mode: field(text, 'Permission bits: `0644`.'),
  owner: field(text, '`user:group`.'),
}

export const step = part(
  'step',
  z.strictObject({
    command: field(text, 'A command of the shell, to run as root.'),
    programs: optional(texts, 'Programs that the command calls.'),
    why: field(text, 'Why it is needed.'),
    when: optional(
      z.literal('before-files'),
      'Run it while the previous files are still in place. Absent: after the new ones are copied.',
    ),
  }),
  'A command that puts files to work.',
)

export const firstSteps = field(
  z.array(step),
  'From a host without these files to one that runs them, in order.',
)
export const changeSteps = field(z.array(step), 'From the previous files to these, in order.')

const target = field(text, 'Name of the target: `networkd`.')
const root = field(text, 'Folder that stands for `/`.')

const renderedFile = z.union([
  z.strictObject({ ...textFileShape, content: field(text, 'Text of the file.') }),
  symlink,
])

const outputShape = {
  files: field(z.array(renderedFile), 'Files and symbolic links of this target.'),
  control: field(
    z.array(renderedFile),
    'Files of the tree that are not copied to `/` on the host: `apply.sh` and its data, below `.multihome`.',
  ),
  first: firstSteps,
  change: changeSteps,
}

/** `render --as json`. */
export const treesSchema = z.strictObject({
  version,
  trees: z.array(
    z.strictObject({
      host: field(text, 'Name of the description, without folder and extension.'),
      target,
      ...outputShape,
    }),
  ),
})

export const renderSchema = z.strictObject({
  version,
  files: field(texts, 'The descriptions, in order.'),
  diagnostics: z.array(diagnostic),
  outputs: field(
    z.array(
      z.strictObject({
        file,
        target,
        ...outputShape,
      }),
    ),
    'Output for each description and target; `check` has none, and a target that refuses is absent.',
  ),
  trees: optional(
    z.array(
      z.strictObject({
        target,
        root,
        written: field(texts, 'New and changed files.'),
        unchanged: texts,
        restored: field(texts, 'Files with the right content of which mode or owner was corrected.'),
        removed: field(texts, 'Files of an earlier run that are not part of this one.'),
        remarks: field(
          z.array(z.strictObject({ path: text, text })),
          'For example manual changes that were overwritten.',
        ),
      }),
    ),
    'After --out: changes of each folder.',
  ),
  differences: optional(
    z.array(
      z.strictObject({
        target,
        root,
        path: text,
        what: words('missing', 'content', 'mode', 'owner', 'kind', 'extra', 'unfinished'),
        text: field(text, 'The same as a sentence.'),
      }),
    ),
    'After --check or --diff: where the folder differs.',
  ),
})
