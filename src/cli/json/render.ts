// JSON of `render` and `check`.
import * as z from 'zod/mini'
import {
  changeSteps,
  diagnostic,
  field,
  file,
  firstSteps,
  optional,
  symlink,
  text,
  textFileShape,
  texts,
  version,
  words,
} from './parts.js'

const target = field(text, 'Name of the target: `networkd`.')
const root = field(text, 'Folder that stands for `/`.')

const renderedFile = z.union([
  z.strictObject({ ...textFileShape, content: field(text, 'Text of the file.') }),
  symlink,
])

export const renderSchema = z.strictObject({
  version,
  files: field(texts, 'The descriptions, in order.'),
  diagnostics: z.array(diagnostic),
  outputs: field(
    z.array(
      z.strictObject({
        file,
        target,
        files: field(z.array(renderedFile), 'Files and symbolic links of this target.'),
        control: field(
          z.array(renderedFile),
          'Files of the tree that are not copied to `/` on the host: `apply.sh` and its data, below `.multihome`.',
        ),
        first: firstSteps,
        change: changeSteps,
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
        what: words('missing', 'content', 'mode', 'owner', 'kind', 'extra'),
        text: field(text, 'The same as a sentence.'),
      }),
    ),
    'After --check or --diff: where the folder differs.',
  ),
})
