// Tables without routes, and tables with a default route but without the connected network.
import type { Reporter } from '../diagnostics/reporter.js'
import { isHostPrefix, networkOf } from '../kernel/prefix.js'
import { isReservedTable, RT_TABLE_DEFAULT, type TableId } from '../kernel/table.js'
import type { LinkName } from '../kernel/link.js'
import type { Packet } from '../lookup/lookup.js'
import { knownSoftware } from '../software/registry.js'
import { bandOf, softwareOfTable } from '../software/software.js'
import { exampleOf } from './example.js'
import type { LintContext } from './context.js'
import { hostsIn, packetsOf } from './sample-packets.js'
import { nameOfTable } from './rules/rule-origin.js'
import { misroutedWitness } from './misrouted-witness.js'

export function checkTables(host: LintContext, reporter: Reporter): void {
  reportEmpty(host, reporter)
  reportUnconnected(host, reporter)
}

function reportEmpty(host: LintContext, reporter: Reporter): void {
  const { plan } = host
  const filled = new Set<TableId>([...plan.state.routes, ...plan.dynamic.tables].map(({ table }) => table))
  for (const { id, origin } of plan.intent.tables) if (origin.kind === 'vrf') filled.add(id)
  const reported = new Set<TableId>()
  for (const { family, selector, action, origin } of plan.state.rules) {
    if (action.type !== 'lookup' || reported.has(action.table) || filled.has(action.table)) continue
    const { table } = action
    if (
      (isReservedTable(table) && table !== RT_TABLE_DEFAULT) ||
      softwareOfTable(plan.intent.coexist, table) !== undefined
    )
      continue
    reported.add(table)
    const fix = table === RT_TABLE_DEFAULT ? DEFAULT_HELP : ownerHint(table)
    const [packet] = packetsOf(host, family, selector)
    reporter
      .at(...origin.path)
      .report(
        'table-empty',
        { table: nameOfTable(plan, table) },
        { on: 'key', example: packet && exampleOf(host, packet), fix },
      )
  }
}

const DEFAULT_HELP =
  'The kernel has this table (253), but nothing fills it. Write `main` for the main table, or `gateway` for the table of a gateway.'

/** A fix for table numbers that belong to one program, unless its band is wide. */
function ownerHint(table: TableId): string | undefined {
  const owners = knownSoftware.filter(({ tables }) => {
    const band = bandOf(tables, table)
    return band !== undefined && band[1] - band[0] < 20
  })
  const [owner] = owners
  if (owner === undefined || owners.length > 1) return undefined
  const { name } = owner
  return `${table} is a table of ${name}: write \`coexist: [${name}]\` if ${name} fills it. Otherwise add routes, or remove the rule.`
}

/** Finds an on-link neighbour that would be reached through the gateway. */
function reportUnconnected(host: LintContext, reporter: Reporter): void {
  const { plan, gatewayOfTable } = host
  for (const { id, origin } of plan.intent.tables) {
    if (origin.kind === 'vrf') continue
    const gateway = gatewayOfTable.get(id)
    const found = unconnectedIn(host, id)
    if (found === undefined) continue
    reporter.at(...origin.path, ...(gateway === undefined ? [] : ['connected'])).report(
      'table-unconnected',
      { table: gateway?.name ?? nameOfTable(plan, id), link: found.link },
      {
        ...(gateway === undefined
          ? { on: 'key', fix: `Add a route to the networks of ${found.link} over that link.` }
          : {}),
        example: exampleOf(host, found.packet),
      },
    )
  }
}

function unconnectedIn(
  host: LintContext,
  table: TableId,
): { readonly link: LinkName; readonly packet: Packet } | undefined {
  const hops = host.plan.state.routes
    .filter((route) => route.table === table && route.dst.length === 0)
    .flatMap(({ nexthops }) => nexthops)
  const routers = new Set(hops.map(({ via }) => via?.text))
  for (const dev of new Set(hops.map((hop) => hop.dev)))
    for (const prefix of host.plan.state.links.find(({ name }) => name === dev)?.addresses ?? []) {
      if (isHostPrefix(prefix)) continue
      const neighbour = hostsIn(host, networkOf(prefix)).find(({ text }) => !routers.has(text))
      const packet =
        neighbour === undefined
          ? undefined
          : misroutedWitness(host, table, neighbour, ({ via }) => via !== undefined)
      if (packet !== undefined) return { link: dev, packet }
    }
  return undefined
}
