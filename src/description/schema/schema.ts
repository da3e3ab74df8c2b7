// The grammar of a description, once: every key, its shape, and its meaning for docs and editors.
import * as z from 'zod/mini'
import { MAX_TABLE } from '../../kernel/table.js'
import type { Description } from '../description.js'
import { fail, choice, ok, integer, readChoice, scalar, shapes, wrongType } from './primitives.js'
import { listOf, mapping, named, optional, required } from './collections.js'
import { defaultRoute, gateways } from './gateway.js'
import { links, manage } from './link.js'
import { shorten } from './describe-value.js'
import { softwareName, tableNames } from './names.js'
import { routes } from './route.js'
import { rules } from './rule.js'
import { targets } from './targets.js'
import { comment, SYSCTL_KEY, sysctlKeyProblem, sysctlValue } from './text.js'
import { prefixOrLink } from './network-values.js'

const table = () =>
  mapping('a table as a mapping', {
    id: required(integer('id', 1, MAX_TABLE), 'Its number.'),
    routes: optional(routes(), 'What stands in it.'),
    comment: optional(comment(), 'Carried into the plan and every file.'),
  })

const sysctls = () =>
  z.union(
    [
      scalar<'auto' | 'none'>({ enum: ['auto', 'none'] }, (value) =>
        readChoice('word', ['auto', 'none'], value),
      ),
      named(
        'a mapping of sysctls to values',
        { pattern: SYSCTL_KEY.source, problemOf: sysctlKeyProblem },
        sysctlValue(),
      ),
    ],
    { error: '`auto`, `none`, or a mapping of sysctls to values' },
  )

const languageVersion = () =>
  scalar<1>({ enum: [1] }, (value) => {
    if (value === 1) return ok(value)
    if (typeof value !== 'string' && typeof value !== 'number')
      return wrongType('other', 'the number 1', value)
    return fail('value-unknown', { what: 'version', value: shorten(String(value)), choices: ['1'] })
  })

export const descriptionSchema = mapping('a mapping of keys to values', {
  version: required(languageVersion(), 'Version of this language.'),
  manage: optional(
    manage(),
    '`full`: addresses and links are ours. `routing`: someone else lays the addresses, and routes and rules are added beside. Default: full.',
  ),
  links: optional(links(), "The host's network devices, by the name the kernel gives them."),
  gateways: optional(
    gateways(),
    'The ways out, in order: each a link, its next hops and a table that bears its name.',
  ),
  default: optional(
    defaultRoute(),
    'Who carries the default route of table main, or `none`. With one gateway it is that one; with more it must be said.',
  ),
  local: optional(
    listOf('a list of prefixes and links', prefixOrLink()),
    'Networks that are routed as if there were no gateways (containers, VPNs, other LANs).',
  ),
  rules: optional(rules(), 'Who takes which way, asked in this order.'),
  tables: optional(
    named('a mapping of names to tables', tableNames, table()),
    "Further tables of the writer's own.",
  ),
  routes: optional(routes(), 'Further routes of table main.'),
  sysctls: optional(
    sysctls(),
    'Kernel settings: `auto` sets what the gateways need, `none` sets nothing, a mapping is set on top of auto. Default: auto.',
  ),
  marks: optional(
    choice('marks', ['none', 'nftables']),
    'Who remembers by which gateway a connection came in, so that forwarded answers (of a port-forward) leave by the same one. `nftables`: a file for nft, for each gateway with a `fwmark`. `none`: nobody, or rules of your own. Default: none.',
  ),
  allocate: optional(
    mapping('a mapping', {
      tables: optional(integer('tables', 1, MAX_TABLE), 'First automatic table number. Default: 101.'),
      priorities: optional(integer('priorities', 1, 32765), 'First automatic priority. Default: 15000.'),
    }),
    'Where automatic numbers begin.',
  ),
  coexist: optional(
    listOf('a list of programs', softwareName()),
    'Other software on this host whose priorities, tables and marks must not be touched, such as tailscale, docker or cilium (all of them: docs/coexist.md).',
  ),
  targets: optional(
    targets(),
    'What is rendered: the name of a target, a list of names, or a mapping of names to settings, which tell what is to be known of the program that reads the output. Default: all of them.',
  ),
})

/** zod's inference and description.ts must say the same, but for `readonly`. */
type Plain<T> = T extends readonly (infer E)[]
  ? Plain<E>[]
  : T extends object
    ? { -readonly [K in keyof T]: Plain<T[K]> }
    : T
type Same<A, B> =
  (<T>() => T extends A ? 1 : 2) extends <T>() => T extends B ? 1 : 2 ? true : { schema: A; description: B }
type Hold<T extends true> = T
/** Does not compile where the grammar and `Description` part. @public */
export type SchemaIsDescription = Hold<Same<Plain<z.output<typeof descriptionSchema>>, Plain<Description>>>

/** JSON Schema (2020-12) of what a person may write, for editors and for the docs. */
export const describeSchema = (): object =>
  // A transform says nothing of its input; the registered shape does.
  z.toJSONSchema(descriptionSchema, { io: 'input', metadata: shapes, unrepresentable: 'any' })
