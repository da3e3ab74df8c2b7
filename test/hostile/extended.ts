// The same hostile description in two files: both must have the same outputs and the same errors.
import { CORE_SCHEMA, load } from 'js-yaml'
import { compile, type Compilation } from '../../src/compile.js'
import { formatResolved } from '../../src/yaml/resolved.js'
import type { Load } from '../../src/yaml/extends.js'
import { createRandom } from '../generators/random.js'
import type { Case } from './cases.js'

type Mapping = Readonly<Record<string, unknown>>

const isMapping = (value: unknown): value is Mapping =>
  typeof value === 'object' && value !== null && !Array.isArray(value)

/** What is different; the hostile name is also that of the second file. */
export function problemsOfExtended({ seed, file, text }: Case): readonly string[] {
  const value: unknown = JSON.parse(text)
  if (!isMapping(value) || Object.hasOwn(value, 'extends') || Object.keys(value).length === 0) return []
  const { site, host } = split(value, seed)
  const own = `${file}.yaml`
  const read: Load = () => ({ ok: true, value: { file: own, text: JSON.stringify(site) } })
  // The key does not change the others, so it is in both.
  const whole = compile(JSON.stringify({ ...value, extends: 'site.yaml' }), {
    file,
    load: () => ({ ok: true, value: { file: own, text: '{}' } }),
  })
  const merged = compile(JSON.stringify({ ...host, extends: 'site.yaml' }), { file, load: read })
  const resolved =
    merged.source.value === undefined ? value : load(formatResolved(merged.source), { schema: CORE_SCHEMA })
  return [
    ...(filesOf(merged) === filesOf(whole) ? [] : ['two files give other outputs than one']),
    ...(errorsOf(merged) === errorsOf(whole)
      ? []
      : [`two files give other errors than one: ${errorsOf(merged)}`]),
    ...(JSON.stringify(resolved) === JSON.stringify(value)
      ? []
      : ['the resolved description is another one']),
  ]
}

const filesOf = ({ outputs }: Compilation): string =>
  JSON.stringify(
    [...outputs.values()].map(({ files, control, first, change }) => [files, control, first, change]),
  )

/** In another order, since diagnostics are sorted by file. */
const errorsOf = ({ diagnostics }: Compilation): string =>
  JSON.stringify(
    diagnostics
      .map(({ code, message, path, target }) => [code, message, path, target])
      .map(String)
      .sort(),
  )

/** The keys of the site come first, so the order of all keys stays. The two share one key at most on each level. */
function split(value: Mapping, seed: number): { readonly site: Mapping; readonly host: Mapping } {
  const entries = Object.entries(value)
  const at = Math.floor(createRandom(seed).random() * (entries.length + 1))
  const site = entries.slice(0, at)
  const host = entries.slice(at)
  const [key, shared] = host[0] ?? []
  if (key !== undefined && isMapping(shared) && Object.keys(shared).length > 1) {
    const parts = split(shared, seed + 1)
    if (Object.keys(parts.host).length > 0) {
      site.push([key, parts.site])
      host[0] = [key, parts.host]
    }
  }
  return { site: Object.fromEntries(site), host: Object.fromEntries(host) }
}
