// Values as YAML that a reader of YAML 1.1 takes for what they are: netplan's is one, and `12:34:56` is a number to it.
import { dump } from 'js-yaml'

export type YamlValue =
  string | number | boolean | readonly YamlValue[] | { readonly [key: string]: YamlValue }

// Every string is quoted: then none is a number, a date or a boolean to any reader, and none holds a comment or a colon.
const OPTIONS = {
  flowLevel: 0,
  forceQuotes: true,
  lineWidth: -1,
  noRefs: true,
  quoteStyle: 'double',
} as const

/** Nothing in it that a double-quoted scalar would have to escape. */
const UNESCAPED = /^[ !#-[\]-~]*$/

/** On one line: `"eth0"`, `{to: "0.0.0.0/0", table: 101}`, `["192.0.2.10/24"]`. Block layout is the template's. */
export const formatYaml = (value: YamlValue): string => formatPlain(value) ?? dump(value, OPTIONS).trimEnd()

/** What `dump` would write of the commonest values, without its machinery: it is asked once for each of them. */
function formatPlain(value: YamlValue): string | undefined {
  if (typeof value === 'string') return UNESCAPED.test(value) ? `"${value}"` : undefined
  if (typeof value === 'boolean' || Number.isSafeInteger(value)) return String(value)
  if (isList(value)) return formatList(value)
  return typeof value === 'object' ? formatMapping(value) : undefined
}

const isList = (value: YamlValue): value is readonly YamlValue[] => Array.isArray(value)

function formatList(values: readonly YamlValue[]): string | undefined {
  const parts = values.map(formatPlain)
  return parts.includes(undefined) ? undefined : `[${parts.join(', ')}]`
}

/** Words that no reader takes for anything but text, as all keys of netplan are. */
const BARE_KEY = /^(?!(?:y|n|yes|no|on|off|true|false|null)$)[a-z][a-z0-9-]*$/i

function formatMapping(mapping: { readonly [key: string]: YamlValue }): string | undefined {
  const parts: string[] = []
  for (const [key, value] of Object.entries(mapping)) {
    const text = BARE_KEY.test(key) ? formatPlain(value) : undefined
    if (text === undefined) return undefined
    parts.push(`${key}: ${text}`)
  }
  return `{${parts.join(', ')}}`
}
