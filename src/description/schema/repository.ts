// Schema of multihome.yaml, which describes a repository of hosts.
import type * as z from 'zod/mini'
import type { ReadableLanguage } from '../decode.js'
import { mapping, oneOrMany, optional, required } from './collections.js'
import { shorten } from './describe-value.js'
import { fail, flag, INVALID, ok, textScalar } from './primitives.js'
import { jsonSchema, languageVersion } from './schema.js'
import { targets } from './targets.js'

/** Why a path is not one below the folder of the file; undefined if it is. */
function pathProblem(path: string): string | undefined {
  if (path === '') return 'it is empty'
  if (path.startsWith('/')) return 'it is absolute'
  let depth = 0
  for (const segment of path.split('/')) {
    depth += segment === '..' ? -1 : segment === '' || segment === '.' ? 0 : 1
    if (depth < 0) return 'it leaves the folder of this file'
  }
  return undefined
}

const pathBelow = (expected: string, what: string) =>
  textScalar<string>(expected, { pattern: '^[^/]' }, (path) => {
    const why = pathProblem(path)
    return why === undefined ? ok(path) : fail('repository-path', { what, path: shorten(path), why })
  })

const repository = mapping('a mapping of keys to values', {
  version: required(languageVersion(), 'Version of this language.', 1),
  descriptions: optional(
    oneOrMany('a folder or pattern, or a list of such', pathBelow('a folder or pattern', 'descriptions')),
    'Where the descriptions are: a folder (every .yaml and .yml below), a pattern such as `hosts/*.yaml`, or a list of such. Default: hosts/.',
  ),
  output: optional(
    pathBelow('the path of a folder', 'the output'),
    'Where `render` writes; `{host}` is the name of the description. Default: rendered/{host}.',
  ),
  targets: optional(
    targets(),
    'What is rendered and with which settings, as in a description. `targets` of a description merges over it.',
  ),
  strict: optional(flag(), 'Treat warnings as errors, as with --strict. Default: false.'),
})

type RepositorySchema = ReturnType<typeof repository.zod>
let schema: RepositorySchema | undefined

const repositorySchema = (): RepositorySchema => (schema ??= repository.zod())

/** As written, without defaults. */
type RepositoryDescription = z.output<RepositorySchema>

export const repositories: ReadableLanguage<RepositoryDescription> = {
  whole: 'multihome.yaml',
  schema: repositorySchema,
  read: (value) => {
    const result = repository.read(value)
    // It is what zod returns.
    return result === INVALID ? undefined : (result as RepositoryDescription)
  },
}

/** JSON Schema (2020-12) of multihome.yaml. */
export const describeRepositorySchema = (): object =>
  jsonSchema('repository', 'multihome.yaml: a repository of hosts for multihome', repositorySchema())
