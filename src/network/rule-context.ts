// Context of the resolver of rules.
import type { TableId } from '../kernel/table.js'
import type { Software } from '../software/software.js'
import type { Links } from './references.js'
import type { Gateway } from './network.js'

export interface RuleContext {
  readonly links: Links
  readonly gateways: ReadonlyMap<string, Gateway>
  /** Of all gateways of the description, also of those with errors. */
  readonly names: readonly string[]
  readonly tables: ReadonlyMap<string, TableId>
  readonly coexist: readonly Software[]
}
