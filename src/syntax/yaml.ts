// YAML flow values that YAML 1.1 parsers such as netplan's read correctly: `12:34:56` unquoted would be a number.
import { dump } from 'js-yaml'

/** A key whose value is undefined is left out. */
export type YamlMapping = { readonly [key: string]: YamlValue | undefined }

export type YamlValue = string | number | boolean | readonly YamlValue[] | YamlMapping

// Quotes every string, so that no parser reads a number, a date, a boolean or a comment.
const OPTIONS = {
  flowLevel: 0,
  forceQuotes: true,
  lineWidth: -1,
  noRefs: true,
  quoteStyle: 'double',
} as const

/** Characters that need no escape in a double-quoted scalar. */
const UNESCAPED = /^[ !#-[\]-~]*$/

/** On one line: `"eth0"`, `{to: "0.0.0.0/0", table: 101}`, `["192.0.2.10/24"]`. Templates write block layout. */
export const formatYaml = (value: YamlValue): string => formatPlain(value) ?? dump(value, OPTIONS).trimEnd()

/** Fast path for common values, with the output of `dump`. */
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

/** Keys that every parser reads as text, such as all keys of netplan. */
const BARE_KEY = /^(?!(?:y|n|yes|no|on|off|true|false|null)$)[a-z][a-z0-9-]*$/i

function formatMapping(mapping: YamlMapping): string | undefined {
  const parts: string[] = []
  for (const [key, value] of Object.entries(mapping)) {
    if (value === undefined) continue
    const text = BARE_KEY.test(key) ? formatPlain(value) : undefined
    if (text === undefined) return undefined
    parts.push(`${key}: ${text}`)
  }
  return `{${parts.join(', ')}}`
}
