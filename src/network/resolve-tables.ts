// Allocation of table numbers: checks written ones, and gives the others numbers in file order from `allocate.tables`.
import type { Description } from '../description/description.js'
import type { Reporter } from '../diagnostics/reporter.js'
import { MAX_TABLE, isReservedTable, type TableId } from '../kernel/table.js'
import { softwareOfTable, type Software } from '../software/software.js'

/** docs/description.md: the first automatic table number. */
export const FIRST_TABLE: TableId = 101

/** Numbers by the names of gateways and user tables. */
export function resolveTableNumbers(
  description: Description,
  coexist: readonly Software[],
  reporter: Reporter,
): ReadonlyMap<string, TableId> {
  const taken = new Map<TableId, string>()
  const byName = new Map<string, TableId>()
  const claim = (id: TableId, where: string, at: Reporter): boolean => {
    if (at.isBroken(...at.path)) return false
    const owner = taken.get(id)
    const software = softwareOfTable(coexist, id)
    if (isReservedTable(id)) at.report('table-reserved', { table: String(id) })
    else if (owner !== undefined) at.report('table-taken', { table: String(id), where: owner })
    else if (software !== undefined)
      at.report('coexist-collision', { what: `table ${id}`, software: software.name })
    else {
      taken.set(id, where)
      return true
    }
    return false
  }
  const gateways = Object.entries(description.gateways ?? {})
  for (const [name, gateway] of gateways) {
    if (gateway.table === undefined) continue
    claim(gateway.table, `gateway ${name}`, reporter.at('gateways', name, 'table'))
    byName.set(name, gateway.table)
  }
  for (const [name, table] of Object.entries(description.tables ?? {})) {
    const at = reporter.at('tables', name)
    if (description.gateways?.[name] !== undefined)
      at.report('table-taken', { table: name, where: `gateway ${name}` }, { on: 'key' })
    claim(table.id, `table ${name}`, at.at('id'))
    byName.set(name, table.id)
  }
  for (const [name, { vrf }] of Object.entries(description.links ?? {}))
    if (vrf !== undefined) claim(vrf.table, `VRF ${name}`, reporter.at('links', name, 'vrf', 'table'))
  let next = description.allocate?.tables ?? FIRST_TABLE
  const isFree = (id: TableId) =>
    !isReservedTable(id) && !taken.has(id) && softwareOfTable(coexist, id) === undefined
  for (const [name, gateway] of gateways) {
    if (gateway.table !== undefined) continue
    while (!isFree(next)) next += 1
    if (next > MAX_TABLE) {
      reporter.at('allocate', 'tables').report('table-reserved', { table: String(next) })
      break
    }
    byName.set(name, next)
    next += 1
  }
  return byName
}
