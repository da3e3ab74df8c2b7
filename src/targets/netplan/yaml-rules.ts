// A rule as an item of netplan's `routing-policy`: one that capabilities has let through.
import { anyPrefix, formatPrefix } from '../../kernel/prefix.js'
import type { Rule } from '../../plan/plan.js'
import type { YamlValue } from '../../syntax/yaml.js'

/** A `from` or a `to` must be there; the prefix of all addresses is none to the kernel. Marks are decimal. */
export function yamlRule({ family, pref, selector, action }: Rule): YamlValue {
  const { from, to, fwmark, tos } = selector
  const source = from ?? (to === undefined ? anyPrefix(family) : undefined)
  return {
    ...(source === undefined ? {} : { from: formatPrefix(source) }),
    ...(to === undefined ? {} : { to: formatPrefix(to) }),
    ...(fwmark === undefined ? {} : { mark: fwmark.value }),
    ...(tos === undefined ? {} : { 'type-of-service': tos }),
    ...(action.type === 'lookup' ? { table: action.table } : {}),
    priority: pref,
  }
}

/** netplan prints a mark with %d, so a larger one comes out negative. */
export const MAX_MARK = 2147483647
