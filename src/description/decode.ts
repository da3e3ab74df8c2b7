// From the value of a YAML text to a Description, or to everything that is wrong with it.
import { safeParse } from 'zod/mini'
import type { Path } from '../diagnostics/diagnostic.js'
import type { Reporter } from '../diagnostics/reporter.js'
import { checkStrings } from './check-strings.js'
import { reportIssues } from './zod-issues.js'
import type { Description } from './description.js'
import { descriptionSchema } from './schema/schema.js'

/** What the decoder reads; `yaml/source.ts` makes one. The value must have an end: no cycles. */
export interface DecodeSource {
  readonly value: unknown
  /** A value as it is written, for messages: `1.30` where the value is 1.3. */
  readonly textOf?: (path: Path) => string | undefined
}

/** Undefined where something is wrong; all of it has then been reported. */
export function decode(source: DecodeSource, reporter: Reporter): Description | undefined {
  const { value, textOf = () => undefined } = source
  const told = checkStrings(value, reporter)
  const parsed = safeParse(descriptionSchema, value)
  if (parsed.success) return told.size === 0 ? parsed.data : undefined
  reportIssues(parsed.error.issues, { value, reporter, told, textOf })
  return undefined
}
