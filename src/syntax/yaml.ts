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

/** On one line: `"eth0"`, `{to: "0.0.0.0/0", table: 101}`, `["192.0.2.10/24"]`. Block layout is the template's. */
export const formatYaml = (value: YamlValue): string => dump(value, OPTIONS).trimEnd()
