// JSON of `trace`.
import * as z from 'zod/mini'
import { family, field, file, integer, optional, text, texts, version, words } from './parts.js'
import { nexthop, originShape, route, rule } from './plan.js'

const refusal = words('unreachable', 'prohibit', 'blackhole')

export const traceSchema = z.strictObject({
  version,
  file,
  packets: field(
    z.array(
      z.strictObject({
        packet: z.strictObject({
          text: field(text, 'As for `ip route get`.'),
          family,
          dst: text,
          src: optional(text, 'Absent: the socket has not chosen one yet.'),
          iif: optional(text, 'Link that it was received on.'),
          oif: optional(text, 'Link that its socket is bound to.'),
          mark: optional(integer, 'Absent: none.'),
          ipproto: optional(integer, 'Number of the protocol.'),
          sport: optional(integer, 'Source port.'),
          dport: optional(integer, 'Destination port.'),
          uid: optional(integer, 'User of the socket.'),
          tos: optional(integer, 'Type of service.'),
        }),
        answer: z.strictObject({
          kind: field(
            words('route', 'local', 'reject', 'onlink', 'none'),
            '`local`: the packet is for this host. `onlink`: no rule had an answer, and the destination counts as a neighbour on `dev`. `none`: no rule had an answer.',
          ),
          text: field(text, 'As `ip route get` prints it.'),
          type: optional(refusal, 'Of `reject`.'),
          table: optional(text, 'Of `route`.'),
          nexthops: optional(z.array(nexthop), 'Of `route`: of several, the hash of the packet chooses one.'),
          dev: optional(text, 'Of `onlink`.'),
        }),
        gateways: field(texts, 'Names of the gateways that it may leave by.'),
        unknown: optional(
          z.array(
            z.strictObject({
              kind: field(words('lease'), 'What the description does not say.'),
              link: text,
              table: text,
              ...originShape,
            }),
          ),
          'What the answer depends on; absent where it holds in any case.',
        ),
        notes: optional(texts, 'Notes on the answer.'),
        steps: field(
          z.array(
            z.strictObject({
              rule,
              outcome: field(
                words(
                  'passed',
                  'no-route',
                  'suppressed',
                  'throw',
                  'goto',
                  'unresolved',
                  'refused',
                  'answered',
                ),
                '`passed`: the rule does not match. `answered` and `refused` end the lookup.',
              ),
              why: optional(text, 'Of `passed`: what does not match.'),
              route: optional(route, 'The route that was found in the table of the rule.'),
            }),
          ),
          'Each rule that the kernel evaluates, in order.',
        ),
      }),
    ),
    'In the order in which they were asked about.',
  ),
})
