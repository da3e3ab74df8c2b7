// Tables of the keys of a description, one for each kind of mapping, from the schema.
import { describeRepositorySchema } from '../../src/description/schema/repository.js'
import { describeSchema } from '../../src/description/schema/schema.js'
import { alternatives, code, table } from './markdown.js'

/** The subset of JSON Schema that the schema of descriptions uses. */
export interface Schema {
  readonly description?: string
  readonly type?: string
  readonly enum?: readonly (string | number | boolean)[]
  readonly pattern?: string
  readonly minimum?: number
  readonly maximum?: number
  readonly anyOf?: readonly Schema[]
  readonly items?: Schema
  readonly properties?: Readonly<Record<string, Schema>>
  readonly propertyNames?: Schema
  readonly additionalProperties?: Schema | false
  readonly required?: readonly string[]
}

const { else: root } = describeSchema() as { readonly else: Schema }
const repository = describeRepositorySchema() as Schema

/** Mappings with a table of their own, by key, and the link that a shape shows for them. */
const sections: Readonly<Record<string, string>> = {
  links: '{LINK: [link](#link)}',
  gateways: '{NAME: [gateway](#gateway)}',
  rules: 'list of [rules](#rule)',
  routes: 'list of [routes](#route)',
  tables: '{NAME: [table](#table)}',
  targets: 'a name, a list of names, or {TARGET: [settings](targets.md#settings)}',
}

const LINK_PATTERN = '^[A-Za-z0-9._][A-Za-z0-9._-]{0,14}$'

/** Readable names of patterns. A pattern without a name makes `npm run docs` fail. */
const patternWords: readonly (readonly [pattern: string | RegExp, word: string])[] = [
  [LINK_PATTERN, 'link'],
  ['^[a-z][a-z0-9-]*$', 'name'],
  ['^[a-z0-9_]+(?:[./][A-Za-z0-9_@:-]+)+$', 'sysctl'],
  ['^[0-9A-Fa-f:.]+$', 'address'],
  ['^[0-9A-Fa-f:.]+/[0-9]{1,3}$', 'address/length'],
  ['^[0-9A-Fa-f:.]+(/[0-9]{1,3})?$', 'prefix'],
  [/^\^\[0-9A-Fa-f\]\[02468ACEace\]/, 'MAC address'],
  [/^\^\(0\[xX\].{10,20}\|\[0-9\]\{1,10\}\)\(\//, 'VALUE[/MASK]'],
  [/^\^\[0-9\]\{1,10\}\(-/, 'number or FROM-TO'],
  [/^\^\(\[1-9\]\[0-9\]\{0,2\}\|\[a-z\]/, 'name or number'],
  [/^\^\(0\[xX\]\[0-9A-Fa-f\]\{1,2\}/, 'number'],
  [/^\^\[A-Za-z0-9\]\(\?:\[A-Za-z0-9-\]\{0,61\}/, 'domain'],
  ['^[^/]', 'path'],
  [/^\^\[\^\/\]\.\*\\\.\(/, 'relative path'],
  [/^\^\[\^`/, 'text'],
  [/^\^\\d\[/, 'version'],
  [/^\^\(\?:ethernets\|/, 'KIND.NAME'],
  [/^\^\[A-Za-z0-9_\.,:\/\+@%=-\]\+/, 'value'],
  [/^\^\\\/\(\?:usr\\\/local/, 'absolute path'],
  [/^\^\[A-Za-z0-9\]\[A-Za-z0-9\._@-\]\*/, 'file name'],
  [/^\^\[A-Za-z0-9\]\[A-Za-z0-9_-\]\*/, 'file name'],
]

function patternWord(pattern: string): string {
  const found = patternWords.find(([known]) =>
    typeof known === 'string' ? known === pattern : known.test(pattern),
  )
  if (found === undefined) throw new Error(`scripts/docs/keys.ts has no word for the pattern ${pattern}`)
  return found[1]
}

/** The shape of a value, for people. */
export function shapeOf(schema: Schema): string {
  if (schema.enum !== undefined) return alternatives(schema.enum.map((each) => code(String(each))))
  if (schema.anyOf !== undefined) return shapeOfUnion(schema.anyOf)
  if (schema.properties !== undefined) return shapeOfMapping(schema.properties)
  if (typeof schema.additionalProperties === 'object')
    return `{${keyWord(schema)}: ${shapeOf(schema.additionalProperties)}}`
  if (schema.items !== undefined)
    return `list of ${schema.items.properties ? shapeOf(schema.items) : plural(shapeOf(schema.items))}`
  if (schema.pattern !== undefined) return patternWord(schema.pattern)
  if (schema.type === 'boolean') return '`true` or `false`'
  if (schema.type === 'integer')
    return schema.maximum === undefined ? 'number' : `${schema.minimum} to ${schema.maximum}`
  throw new Error(`scripts/docs/keys.ts has no word for ${JSON.stringify(schema)}`)
}

const keyWord = ({ propertyNames }: Schema): string =>
  propertyNames?.pattern === LINK_PATTERN ? 'LINK' : 'NAME'

function shapeOfUnion(branches: readonly Schema[]): string {
  const [one, several] = branches
  if (branches.length === 2 && one !== undefined && JSON.stringify(several?.items) === JSON.stringify(one))
    return `${shapeOf(one)}, or a list`
  // A number and the same number as text are one shape.
  const isNumberOrText = branches.length === 2 && one?.type === 'integer' && one.maximum === undefined
  const words = (isNumberOrText ? branches.slice(1) : branches).flatMap((branch) =>
    branch.enum === undefined ? [shapeOf(branch)] : branch.enum.map((each) => code(String(each))),
  )
  return alternatives([...new Set(words)])
}

const plural = (words: string): string =>
  words.replace(/\b(address|prefix)\b/g, '$1es').replace(/\b(link|name|domain)\b/g, '$1s')

function shapeOfMapping(properties: Readonly<Record<string, Schema>>): string {
  const entries = Object.entries(properties)
  const words = entries.map(([key, value]) => (entries.length === 1 ? `${key}: ${shapeOf(value)}` : key))
  return `{${words.join(', ')}}`
}

interface Row {
  readonly key: string
  readonly schema: Schema
  readonly required: boolean
}

/** The schema at a path such as `gateways.NAME` or `routes[]`. */
export function schemaAt(path: string): Schema {
  let schema: Schema = root
  for (const step of path === '' ? [] : path.replaceAll('[]', '.[]').split('.')) {
    // In a union, the branch that is a mapping has the keys.
    const {
      additionalProperties: each,
      items,
      properties,
    } = schema.anyOf?.find((branch) => branch.properties !== undefined) ?? schema
    const next = step === 'NAME' && each ? each : step === '[]' ? items : properties?.[step]
    if (next === undefined) throw new Error(`the schema has nothing at ${path}`)
    schema = next
  }
  return schema
}

/** Every key below a mapping; keys of mappings without a section follow with dots. */
function rowsOf(schema: Schema, prefix = ''): readonly Row[] {
  return Object.entries(schema.properties ?? {}).flatMap(([name, value]) => {
    const key = `${prefix}${name}`
    const row = { key, schema: value, required: schema.required?.includes(name) === true }
    if (sections[name] !== undefined) return [row]
    const inner = [value, value.items ?? {}, ...(value.anyOf ?? [])].filter((each) => each.properties)
    const below = value.items?.properties === undefined ? `${key}.` : `${key}[].`
    return [row, ...inner.flatMap((each) => rowsOf(each, below))]
  })
}

const lastWord = (key: string): string => key.split('.').at(-1) ?? key

export interface KeyRow {
  /** From the mapping: `nameservers.search`. */
  readonly key: string
  readonly shape: string
  readonly meaning: string
  /** Empty if there is none. */
  readonly fallback: string
  readonly required: boolean
}

/** Text is Markdown. */
export const keyRows = (path: string): readonly KeyRow[] => keysIn(schemaAt(path))

/** The keys of multihome.yaml. */
export const repositoryRows = (): readonly KeyRow[] => keysIn(repository)

const keysIn = (mapping: Schema): readonly KeyRow[] =>
  rowsOf(mapping).map(({ key, schema, required }) => {
    // `links` of a bond is a list of names, not the mapping of that name.
    const isSection = schema.properties ?? schema.items?.properties ?? schema.additionalProperties
    const shape = isSection === undefined ? undefined : sections[lastWord(key)]
    return { key, shape: shape ?? shapeOf(schema), required, ...split(schema.description ?? '') }
  })

export const keyTable = (rows: readonly KeyRow[]): string =>
  table(
    ['key', 'shape', 'meaning', 'default'],
    rows.map(({ key, shape, meaning, fallback, required }) => [
      code(key),
      shape,
      meaning,
      required ? '**required**' : fallback,
    ]),
  )

/** "Meaning. Default: that." */
function split(description: string): { readonly meaning: string; readonly fallback: string } {
  const [meaning = '', fallback = ''] = description.split(/\s*Default: /)
  return { meaning, fallback: fallback.replace(/\.$/, '') }
}
