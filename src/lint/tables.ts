// Tables without routes, and tables with a way out but without the network that it leads over.
import type { Reporter } from '../diagnostics/reporter.js'
import { isHostPrefix, networkOf } from '../kernel/prefix.js'
import { isReservedTable, type TableId } from '../kernel/table.js'
import { knownSoftware } from '../software/known.js'
import { bandOf, softwareOfTable } from '../software/software.js'
import { exampleOf } from './example.js'
import type { Host } from './host.js'
import { hostsIn } from './packets-of.js'
import { nameOfTable } from './written.js'
import { wayInto } from './way-into.js'

export function checkTables(host: Host, reporter: Reporter): void {
  warnOfEmpty(host, reporter)
  warnOfUnconnected(host, reporter)
}

function warnOfEmpty({ plan }: Host, reporter: Reporter): void {
  const filled = new Set<TableId>([...plan.routes, ...plan.followed].map(({ table }) => table))
  for (const { id } of plan.tables.filter(({ origin }) => origin.path.includes('vrf'))) filled.add(id)
  const told = new Set<TableId>()
  for (const { action, origin } of plan.rules) {
    if (action.type !== 'lookup' || told.has(action.table) || filled.has(action.table)) continue
    const { table } = action
    if (isReservedTable(table) || softwareOfTable(plan.coexist, table) !== undefined) continue
    told.add(table)
    const help = ownerHint(table)
    reporter
      .at(...origin.path)
      .report('table-empty', { table: nameOfTable(plan, table) }, { on: 'key', ...help })
  }
}

/** Where the number is one program’s alone, and not just one of hundreds that it may take. */
function ownerHint(table: TableId): { readonly help?: string } {
  const owners = knownSoftware.filter(({ tables }) => {
    const band = bandOf(tables, table)
    return band !== undefined && band[1] - band[0] < 20
  })
  const [owner] = owners
  if (owner === undefined || owners.length > 1) return {}
  const { name } = owner
  return {
    help: `${table} is a table of ${name}: say \`coexist: [${name}]\` if that fills it. Else give it routes, or take the rule out.`,
  }
}

/** A neighbour on a gateway’s link, to whom a rule that leads into its table would send packets by the gateway. */
function warnOfUnconnected(host: Host, reporter: Reporter): void {
  const links = new Map(host.plan.links.map((link) => [link.name, link]))
  for (const gateway of host.plan.gateways) {
    if (gateway.ways.length === 0) continue
    const link = links.get(gateway.link)
    for (const prefix of link?.addresses ?? []) {
      if (isHostPrefix(prefix)) continue
      const routers = gateway.ways.map(({ via }) => via?.text)
      const neighbour = hostsIn(host, networkOf(prefix)).find(({ text }) => !routers.includes(text))
      const packet =
        neighbour === undefined
          ? undefined
          : wayInto(host, gateway.table, neighbour, ({ via }) => via !== undefined)
      if (packet === undefined) continue
      reporter
        .at(...gateway.origin.path, 'connected')
        .report(
          'table-unconnected',
          { table: gateway.name, link: gateway.link },
          { example: exampleOf(host, packet) },
        )
      break
    }
  }
}
