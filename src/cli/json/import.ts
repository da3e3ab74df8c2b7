// JSON of `import`.
import * as z from 'zod/mini'
import { differenceKinds, type DifferenceKind } from '../../import/differences.js'
import { difference } from './diff.js'
import { field, flag, integer, optional, text, version, words } from './parts.js'
import { diagnostic } from './render.js'
import { stateShape } from './verify.js'

const kinds = Object.keys(differenceKinds) as [DifferenceKind, ...DifferenceKind[]]

export const importSchema = z.strictObject({
  version,
  host: field(text, 'Name of the host: of its folder, or of this machine.'),
  file: optional(text, 'Where the description is written.'),
  description: field(text, 'The description, as YAML.'),
  good: field(
    flag,
    'Whether the exit status is 0: nothing is unknown, and nothing differs that is not accepted.',
  ),
  same: optional(
    flag,
    'Whether the description routes every packet as the files do, apart from IPv6 by router advertisements, see the kind `accept-ra`. Absent if the description has an error.',
  ),
  problems: field(
    z.array(
      z.strictObject({
        kind: field(
          words('unknown', 'without-effect'),
          '`unknown`: the line may route packets, and the description lacks it. `without-effect`: it is understood and routes no packet.',
        ),
        file: field(text, 'The file, as it was named or found.'),
        line: optional(integer, 'From 1; absent for the whole file.'),
        text: field(text, 'The line, without indentation.'),
        why: field(text, 'A clause.'),
      }),
    ),
    'Lines that are not in the description.',
  ),
  errors: field(z.array(diagnostic), 'Files that cannot be read, and errors of the description.'),
  differences: field(
    z.array(
      z.strictObject({
        kind: field(words(...kinds), 'As `--accept` names it.'),
        change: field(words('added', 'removed', 'changed'), 'From the files to the description.'),
        what: text,
        why: field(text, 'What asks for it.'),
        accepted: flag,
      }),
    ),
    'Differences of the description from the files.',
  ),
  renumbered: field(integer, 'Priorities and metrics with other numbers in the same order.'),
  difference: optional(
    difference,
    'The same differences in packets and kernel state; absent if there are none.',
  ),
  live: optional(z.strictObject(stateShape), 'The running host, compared with its files.'),
})
