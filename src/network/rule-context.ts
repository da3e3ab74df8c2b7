// What a written rule is read against.
import type { TableId } from '../kernel/table.js'
import type { Software } from '../software/software.js'
import type { Links } from './references.js'
import type { Gateway } from './network.js'

export interface RuleContext {
  readonly links: Links
  readonly gateways: ReadonlyMap<string, Gateway>
  /** Of all gateways that are written, those among them that are wrong in themselves too. */
  readonly names: readonly string[]
  readonly tables: ReadonlyMap<string, TableId>
  readonly coexist: readonly Software[]
}
