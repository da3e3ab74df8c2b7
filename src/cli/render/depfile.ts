// `render --depfile`: which files each output was made from, as rules for make(1), as compilers write them.
import { MANIFEST } from '../../node/tree/tree-validation.js'

export interface Dependencies {
  /** Roots of trees, or files. */
  readonly outputs: readonly string[]
  readonly inputs: readonly string[]
}

/** make(1) looks at the time of the manifest, which `render --depfile` renews. */
export const manifestIn = (root: string): string => `${root.replace(/\/$/, '')}${MANIFEST}`

/** An input that is deleted is no error for make: it has a rule without a recipe. */
export function depfileText(rules: readonly Dependencies[]): string {
  const lines = rules.flatMap(({ outputs, inputs }) =>
    outputs.length === 0 ? [] : [`${outputs.map(escaped).join(' ')}: ${inputs.map(escaped).join(' ')}\n`],
  )
  const all = new Set(rules.flatMap(({ inputs }) => inputs))
  return [...lines, ...[...all].map((input) => `\n${escaped(input)}:\n`)].join('')
}

/** GNU make manual, "Rule Syntax" and "Using Wildcard Characters in File Names". */
const escaped = (path: string): string =>
  path.replaceAll('$', () => '$$').replace(/[\\#:%*?[\] ]/g, (sign) => `\\${sign}`)
