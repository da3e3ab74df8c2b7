// Reference of the command line: the output of `--help`, and the keys of the JSON documents.
import { commands, groups } from '../../src/cli/commands.js'
import { jsonCommands, jsonSchemaOf } from '../../src/cli/json/schemas.js'
import { commandHelp, mainHelp } from '../../src/cli/usage/help.js'
import { alternatives, code, fence, table } from './markdown.js'

const WIDTH = 100

export const helpOfAll = (): string => fence('text', mainHelp(commands, WIDTH))

export async function helpOfEach(): Promise<string> {
  const sections = await Promise.all(
    commands.map(async (command) => {
      const { usage } = await command.load()
      return {
        group: command.group,
        text: `### ${command.name}\n\n${fence('text', commandHelp(command, usage, WIDTH))}`,
      }
    }),
  )
  return groups
    .map((group) =>
      [`## ${group}`, ...sections.filter((each) => each.group === group).map(({ text }) => text)].join(
        '\n\n',
      ),
    )
    .join('\n\n')
}

/** The subset of JSON Schema that the documents use. */
interface Schema {
  readonly description?: string
  readonly type?: string
  readonly const?: unknown
  readonly enum?: readonly unknown[]
  readonly anyOf?: readonly Schema[]
  readonly items?: Schema
  readonly properties?: Readonly<Record<string, Schema>>
  readonly additionalProperties?: Schema | false
  readonly required?: readonly string[]
  readonly $ref?: string
  readonly $defs?: Readonly<Record<string, Schema>>
}

/** A table for each command; named parts follow in a section of their own. */
export function jsonReference(): string {
  const parts = new Map<string, Schema>()
  const sections = jsonCommands.map((command) => {
    const schema = jsonSchemaOf(command) as Schema
    for (const [name, part] of Object.entries(schema.$defs ?? {})) parts.set(name, part)
    const same = jsonCommands.find((other) => jsonTable(jsonSchemaOf(other) as Schema) === jsonTable(schema))
    const body = same === command ? jsonTable(schema) : `As [${same}](#${same}).`
    return `## ${command}\n\n${body}`
  })
  const named = [...parts].toSorted(([a], [b]) => a.localeCompare(b))
  return [
    ...sections,
    '## Parts',
    ...named.map(([name, part]) => `### ${name}\n\n${part.description ?? ''}\n\n${jsonTable(part)}`),
  ].join('\n\n')
}

const jsonTable = (schema: Schema): string =>
  table(
    ['key', 'value', 'meaning'],
    [...keysOf(schema, '')].map(([path, each, isOptional]) => [
      code(path),
      `${valueOf(each)}${isOptional ? '; may be absent' : ''}`,
      each.description ?? '',
    ]),
  )

/** Keys below `schema`, each with its path: `packets[].answer.kind`. A key that some variant of a union lacks may be absent. */
function* keysOf(
  schema: Schema,
  prefix: string,
): Generator<readonly [path: string, schema: Schema, isOptional: boolean]> {
  const variants = schema.anyOf ?? [schema]
  const keys = new Set(variants.flatMap(({ properties = {} }) => Object.keys(properties)))
  for (const key of keys) {
    const path = prefix === '' ? key : `${prefix}.${key}`
    const found = variants.flatMap(({ properties = {} }) => properties[key] ?? [])
    const [value] = found
    if (value === undefined) continue
    const values = [...new Set(found.map(valueOf))]
    const merged = values.length === 1 ? value : { ...value, anyOf: found }
    yield [path, merged, variants.some(({ required = [] }) => !required.includes(key))]
    yield* keysInside(value, path)
  }
}

function* keysInside(schema: Schema, path: string): Generator<readonly [string, Schema, boolean]> {
  if (schema.items !== undefined) yield* keysInside(schema.items, `${path}[]`)
  else if (typeof schema.additionalProperties === 'object')
    yield* keysInside(schema.additionalProperties, `${path}.NAME`)
  else yield* keysOf(schema, path)
}

function valueOf(schema: Schema): string {
  const { $ref, type, items, enum: values, anyOf, additionalProperties } = schema
  if (anyOf !== undefined) return alternatives([...new Set(anyOf.map(valueOf))])
  if ($ref !== undefined) {
    const name = $ref.replace('#/$defs/', '')
    // GitHub generates anchors in lower case.
    return `[${name}](#${name.toLowerCase()})`
  }
  if (schema.const !== undefined) return code(JSON.stringify(schema.const))
  if (values !== undefined) return alternatives(values.map((value) => code(JSON.stringify(value))))
  if (items !== undefined) return `list of ${valueOf(items)}`
  if (typeof additionalProperties === 'object') return `object, each value ${valueOf(additionalProperties)}`
  return type ?? 'any'
}
