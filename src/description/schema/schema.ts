// Schema of a description: every key, its type, and its meaning for documents and editors.
import * as z from 'zod/mini'
import { MAX_TABLE } from '../../kernel/table.js'
import type { Description } from '../description.js'
import { fail, choice, ok, INVALID, integer, scalar, shapes, wrongType } from './primitives.js'
import { listOf, mapping, named, oneOrMany, optional, required, union } from './collections.js'
import { defaultRoute, gateways } from './gateway.js'
import { links, manage } from './link.js'
import { shorten } from './describe-value.js'
import { extendedFile, programPath, softwareName, tableNames } from './names.js'
import { routes } from './route.js'
import { rules } from './rule.js'
import { targets } from './targets.js'
import { comment, SYSCTL_KEY, sysctlKey, sysctlKeyProblem, sysctlValue } from './text.js'
import { prefixOrLink } from './network-values.js'

const table = () =>
  mapping('a table as a mapping', {
    id: required(integer('id', 1, MAX_TABLE), 'Its number.', 200),
    routes: optional(routes(), 'Its routes.'),
    comment: optional(comment(), 'Written to the plan and every file.'),
  })

const sysctls = () =>
  union('`auto`, `none`, or a mapping of sysctls to values', [
    choice('word', ['auto', 'none']),
    named(
      'a mapping of sysctls to values',
      { pattern: SYSCTL_KEY.source, problemOf: sysctlKeyProblem },
      sysctlValue(),
    ),
  ])

export const languageVersion = () =>
  scalar<1>({ enum: [1] }, (value) => {
    if (value === 1) return ok(value)
    if (typeof value !== 'string' && typeof value !== 'number')
      return wrongType('other', 'the number 1', value)
    if (value === '1')
      return fail(
        'type-wrong',
        { expected: 'the number 1', found: 'the text `1`' },
        { fix: 'Write it without quotes: `version: 1`.' },
      )
    return fail(
      'value-unknown',
      { what: 'version', value: shorten(String(value)), choices: ['1'] },
      { fix: 'Write `version: 1`: it counts versions of this language, not of a stack.' },
    )
  })

const description = mapping('a mapping of keys to values', {
  version: required(languageVersion(), 'Version of this language.', 1),
  extends: optional(
    oneOrMany('the path of a file, or a list of such', extendedFile()),
    'Files whose values this one begins with, relative to it. Mappings merge by key, later files first; lists and other values replace; null removes.',
  ),
  manage: optional(
    manage(),
    '`full`: multihome configures links and addresses too. `routing`: another program does, and multihome adds routes and rules. Default: full.',
  ),
  links: optional(links(), "The host's network devices, by the name the kernel gives them."),
  gateways: optional(
    gateways(),
    'The uplinks, in order: each a link, its next hops and a table of the same name.',
  ),
  default: optional(
    defaultRoute(),
    'The gateway of the default route in table main, or `none`. Default with one gateway: that one. With more than one, the key is required.',
  ),
  local: optional(
    listOf('a list of prefixes and links', prefixOrLink()),
    'Networks that are routed as if there were no gateways (containers, VPNs, other LANs).',
  ),
  rules: optional(rules(), 'Which packets use which gateway or table, evaluated in this order.'),
  tables: optional(named('a mapping of names to tables', tableNames, table()), 'Further tables.'),
  routes: optional(routes(), 'Further routes of table main.'),
  sysctls: optional(
    sysctls(),
    'Kernel settings: `auto` sets what the gateways need, `none` sets nothing, a mapping is set on top of auto. Default: auto.',
  ),
  'sysctls-beyond-net': optional(
    listOf('a list of sysctls', sysctlKey()),
    'Keys of `sysctls` outside `net` that are intended. They concern the whole host, and some name a program that the kernel runs as root, so each is an error unless it is listed here.',
  ),
  marks: optional(
    choice('marks', ['none', 'nftables']),
    'What remembers the gateway of a connection, so that forwarded replies (of a port-forward) leave by the same one. `nftables`: a file for nft, for each gateway with a `fwmark`. `none`: nothing, or your own rules. Default: none.',
  ),
  allocate: optional(
    mapping('a mapping', {
      tables: optional(integer('tables', 1, MAX_TABLE), 'First automatic table number. Default: 101.'),
      priorities: optional(integer('priorities', 1, 32765), 'First automatic priority. Default: 15000.'),
    }),
    'The first automatic numbers.',
  ),
  coexist: optional(
    listOf('a list of programs', softwareName()),
    'Other software on this host whose priorities, tables and marks must not be touched, such as tailscale, docker or cilium (all of them: docs/coexist.md).',
  ),
  programs: optional(
    programPath('the absolute path of a folder', 'folder'),
    'The folder of the programs that the outputs run, the same on every host: below /usr/local, /opt or /etc/multihome. Default: /usr/local/lib/multihome.',
  ),
  targets: optional(
    targets(),
    'What is rendered: the name of a target, a list of names, or a mapping of names to settings. Default: all of them.',
  ),
})

type DescriptionSchema = ReturnType<typeof description.zod>
let schema: DescriptionSchema | undefined

/** The schema for zod, which is built once. */
export const descriptionSchema = (): DescriptionSchema => (schema ??= description.zod())

/** A valid description; undefined if `descriptionSchema` reports an error. */
export function readDescription(value: unknown): Description | undefined {
  const result = description.read(value)
  // It is what zod returns.
  return result === INVALID ? undefined : (result as Description)
}

/** zod's inferred type equals that of description.ts, apart from `readonly`. */
type Plain<T> = T extends readonly (infer E)[]
  ? Plain<E>[]
  : T extends object
    ? { -readonly [K in keyof T]: Plain<T[K]> }
    : T
type Same<A, B> =
  (<T>() => T extends A ? 1 : 2) extends <T>() => T extends B ? 1 : 2 ? true : { schema: A; description: B }
type Hold<T extends true> = T
/** Compiles only while schema and `Description` agree. @public */
export type SchemaIsDescription = Hold<Same<Plain<z.output<DescriptionSchema>>, Plain<Description>>>

/** JSON Schema (2020-12) of what a person may write, for editors. A description that extends others need not be whole. */
export function describeSchema(): object {
  const { $schema, ...whole } = schemaOf(descriptionSchema())
  return {
    $id: 'urn:multihome:description:1',
    title: 'Description of a host for multihome',
    $schema,
    type: 'object',
    if: { type: 'object', required: ['extends'] },
    then: partOf(whole),
    else: whole,
  }
}

/** The same of a file that descriptions extend. */
export const describePartSchema = (): object => ({
  $id: 'urn:multihome:part:1',
  title: 'File that descriptions of hosts for multihome extend',
  ...partOf(schemaOf(descriptionSchema())),
})

export const jsonSchema = (name: string, title: string, root: z.ZodMiniType): object => ({
  $id: `urn:multihome:${name}:1`,
  title,
  ...schemaOf(root),
})

/** No key is required, and null removes. Lists replace, so their entries are whole. */
function partOf({ required: _required, ...node }: JsonSchema): JsonSchema {
  const { properties, additionalProperties, anyOf } = node
  const removable = (child: JsonSchema): JsonSchema => {
    const { description, examples, ...shape } = partOf(child)
    return { description, examples, anyOf: [shape, { type: 'null' }] }
  }
  return {
    ...node,
    ...(properties && {
      properties: Object.fromEntries(
        Object.entries(properties).map(([key, child]) => [key, removable(child)]),
      ),
    }),
    ...(additionalProperties && { additionalProperties: removable(additionalProperties) }),
    ...(anyOf && { anyOf: anyOf.map(partOf) }),
  }
}

/** What of JSON Schema `partOf` looks at. */
interface JsonSchema {
  readonly $schema?: string
  readonly description?: string
  readonly examples?: readonly unknown[]
  readonly required?: readonly string[]
  readonly properties?: Readonly<Record<string, JsonSchema>>
  readonly additionalProperties?: JsonSchema | false
  readonly anyOf?: readonly JsonSchema[]
  readonly type?: string
}

const schemaOf = (root: z.ZodMiniType): JsonSchema =>
  // zod's type has every keyword of every draft.
  z.toJSONSchema(root, {
    io: 'input',
    metadata: shapes,
    // A transform says nothing of its input; the registered shape does.
    unrepresentable: 'any',
    override: ({ zodSchema, jsonSchema }) => {
      // zod leaves out the examples of what it transforms.
      const { examples } = shapes.get(zodSchema) ?? {}
      if (examples !== undefined) jsonSchema.examples = [...examples]
      const { def } = zodSchema._zod
      if (def.type !== 'object') return
      // For zod the input of a transform may be absent.
      const keys = Object.entries(def.shape).flatMap(([key, child]) =>
        child._zod.def.type === 'optional' ? [] : [key],
      )
      if (keys.length > 0) jsonSchema.required = keys
    },
  }) as JsonSchema
