// JSON of `verify`.
import * as z from 'zod/mini'
import { findingKinds, findingThings } from '../../verify/finding.js'
import { family, field, file, flag, lineShape, optional, text, version, words } from './parts.js'
import { originShape } from './plan.js'

/** What the command finds on a host. */
export const stateShape = {
  state: field(text, 'Origin of the state: `this host`, `stdin` or a file.'),
  iproute2: field(text, 'Version of ip(8) that printed it.'),
  inSync: field(flag, 'Whether the host has the planned state.'),
  findings: z.array(
    z.strictObject({
      severity: field(words('error', 'note'), 'A note does no harm.'),
      kind: field(
        words(...findingKinds),
        '`missing`: planned and not there. `different`: there, but not as planned. `shadowed`: another rule takes its packets first. `foreign`: there and not planned. `idle`: a link without carrier. `unchecked`: the state does not contain it.',
      ),
      what: words(...findingThings),
      family: z.exactOptional(family),
      text: field(text, 'What is planned, or for `foreign` what is there, as ip(8) writes it.'),
      live: optional(text, 'What is there instead.'),
      why: optional(text, 'A sentence that says more.'),
      show: field(text, 'The command that shows it.'),
      fix: optional(text, 'The command that fixes it until the next boot.'),
      software: optional(text, 'The program that it probably belongs to.'),
      packet: optional(text, 'A packet with another path than planned, as for `ip route get`.'),
      for: optional(originShape.for, 'What it serves.'),
      path: optional(text, 'Path in the description.'),
      ...lineShape,
    }),
  ),
}

export const verifySchema = z.strictObject({ version, file, ...stateShape })
