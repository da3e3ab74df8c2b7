// What files are read as, for tests of networkd, netplan and cloud-init; what becomes of the routes of leases.
import { createCollector } from '../../../src/found/collector.js'
import type { Found, FoundLeaseRoutes } from '../../../src/found/found.js'
import type { Reader } from '../../../src/found/reader.js'
import { sourcePlan } from '../../../src/import/source-plan.js'
import type { KernelPlan } from '../../../src/plan/plan.js'
import { families, type Family } from '../../../src/kernel/family.js'
import { RT_TABLE_MAIN } from '../../../src/kernel/table.js'
import { leaseOf } from '../../../src/targets/shared/lease/settings.js'
import type { Output } from '../../../src/targets/target.js'

export function readFiles(files: ReadonlyMap<string, string>, readers: readonly Reader[]): Found {
  const collector = createCollector()
  for (const reader of readers) reader.read(files, collector)
  return collector.found()
}

export const outputFiles = ({ files }: Pick<Output, 'files'>): ReadonlyMap<string, string> =>
  new Map(files.flatMap((file) => ('content' in file ? [[file.path, file.content] as const] : [])))

export const unknowns = (found: Found): readonly string[] =>
  found.problems
    .filter(({ kind }) => kind === 'unknown')
    .map(({ place, why }) => `${place.file}:${place.line}: ${place.text}: ${why}`)

export const planOf = (found: Found): { readonly plan: KernelPlan; readonly problems: readonly string[] } => {
  const { plan, problems } = sourcePlan(found)
  return { plan, problems: problems.map(({ place, why }) => `${place.file}:${place.line}: ${why}`) }
}

/** What becomes of the routes of leases, as sorted lines. */
export const foundLeases = (found: Found): readonly string[] =>
  found.links
    .filter(({ managed }) => managed)
    .flatMap(({ name, leases }) => families.map((family) => leaseLine(name, family, leases[family])))
    .sort()

const leaseLine = (name: string, family: Family, routes: FoundLeaseRoutes | undefined): string =>
  routes === undefined
    ? `${name} ${family}: none`
    : routes.isDefault
      ? `${name} ${family}: table ${routes.table} metric ${routes.metric}`
      : `${name} ${family}: no default`

/** `metricInTable`: that of a default route in the table of a gateway. */
export const plannedLeases = (
  plan: KernelPlan,
  metricInTable: Readonly<Record<Family, number>>,
): readonly string[] =>
  plan.state.links
    .filter(({ managed }) => managed)
    .flatMap((link) =>
      families.map((family) => {
        const lease = leaseOf(plan, link)
        const hasClient =
          lease !== undefined && (family === 'inet' ? lease.dhcp4 : lease.dhcp6 || lease.acceptRa)
        if (!hasClient) return leaseLine(link.name, family, undefined)
        const settings = lease[family]
        const isDefault = settings.kind !== 'none' && (family === 'inet' || lease.acceptRa)
        return leaseLine(link.name, family, {
          isDefault,
          metric: settings.kind === 'main' ? settings.metric : metricInTable[family],
          table: settings.kind === 'table' ? settings.table : RT_TABLE_MAIN,
        })
      }),
    )
    .sort()
