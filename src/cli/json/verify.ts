// JSON of `verify`.
import * as z from 'zod/mini'
import { findingKinds, findingThings } from '../../verify/finding.js'
import { family, field, file, flag, integer, optional, originShape, text, version, words } from './parts.js'

export const verifySchema = z.strictObject({
  version,
  file,
  state: field(text, 'Where the state is from: `this host`, `stdin` or a file.'),
  iproute2: field(text, 'Version of ip(8) that printed it.'),
  held: field(flag, 'Whether the host is as planned.'),
  findings: z.array(
    z.strictObject({
      severity: field(words('error', 'note'), 'A note does no harm.'),
      kind: field(
        words(...findingKinds),
        '`missing`: planned and not there. `different`: there, but not as planned. `shadowed`: another rule takes its packets first. `foreign`: there and not planned. `idle`: a link without carrier. `unchecked`: the state does not tell.',
      ),
      what: words(...findingThings),
      family: z.exactOptional(family),
      words: field(text, 'What is planned, as ip(8) writes it; of what is foreign, what is there.'),
      live: optional(text, 'What is there instead.'),
      why: optional(text, 'A sentence that says more.'),
      show: field(text, 'The command that shows it.'),
      mend: optional(text, 'The command that corrects it until the next boot.'),
      software: optional(text, 'The program that it probably belongs to.'),
      packet: optional(text, 'A packet that goes another way than planned, as for `ip route get`.'),
      for: optional(originShape.for, 'What it serves.'),
      path: optional(text, 'Path in the description.'),
      line: optional(integer, 'Line of the description, from 1.'),
    }),
  ),
})
