// Resolver: description → network, with every reference resolved and every default filled in.
import type { Description } from '../description/description.js'
import type { Reporter } from '../diagnostics/reporter.js'
import { didYouMean } from '../diagnostics/suggest.js'
import { kernelVrfs } from '../software/routers.js'
import { knownSoftware } from '../software/registry.js'
import type { Software } from '../software/software.js'
import type { Network, UserTable, SysctlConfig } from './network.js'
import { resolveDefault, resolveLocal } from './resolve-default.js'
import { resolveGateways } from './resolve-gateways.js'
import { resolveLinks } from './resolve-links.js'
import { resolveVirtualLinks } from './resolve-virtual-links.js'
import { resolveMarks } from './resolve-marks.js'
import { resolveRoutes } from './resolve-routes.js'
import { resolveRules } from './resolve-rules.js'
import { resolveTableNumbers } from './resolve-tables.js'
import { checkUnusual } from './unusual.js'
import { entriesOf, type Links, type RuleContext } from './references.js'
import type { TableId } from '../kernel/table.js'
import { formatSysctlKey, isSameSysctl, parseSysctlKey } from '../kernel/sysctl.js'

/** docs/description.md: the first automatic priority. */
export const FIRST_PRIORITY = 15000

/** Where something is wrong, it is reported, and the network is what is left without it. */
export function resolve(description: Description, reporter: Reporter): Network {
  const coexist = resolveCoexist(description, reporter)
  const links = resolveVirtualLinks(description, resolveLinks(description, reporter), reporter)
  const tables = resolveTableNumbers(description, coexist, reporter)
  const gateways = resolveGateways(description, { links, tables, coexist }, reporter)
  const context: RuleContext = {
    links,
    gateways: new Map(gateways.map((gateway) => [gateway.name, gateway])),
    names: Object.keys(description.gateways ?? {}),
    tables,
    coexist,
  }
  const network: Network = {
    manage: description.manage ?? 'full',
    links,
    gateways,
    tables: resolveUserTables(description, links, tables, reporter),
    routes: resolveRoutes(description.routes, { links }, reporter),
    default: resolveDefault(description, context, reporter),
    local: resolveLocal(description, links, reporter),
    rules: resolveRules(description, context, reporter),
    sysctls: resolveSysctls(description, reporter),
    marks: resolveMarks(description, gateways, reporter),
    priorities: description.allocate?.priorities ?? FIRST_PRIORITY,
    coexist,
    programs: description.programs ?? '/usr/local/lib/multihome',
  }
  checkUnusual(description, network, reporter)
  return network
}

function resolveCoexist(description: Description, reporter: Reporter): readonly Software[] {
  const found: Software[] = []
  for (const [[index = 0], name] of entriesOf(description.coexist)) {
    const known = knownSoftware.find((software) => software.name === name)
    if (known !== undefined) found.push(known)
    else reportUnknown(name, reporter.at('coexist', index))
  }
  // The kernel adds its rule for VRFs with the first VRF.
  const createsVrf = Object.values(description.links ?? {}).some(({ vrf }) => vrf !== undefined)
  return createsVrf && !found.includes(kernelVrfs) ? [...found, kernelVrfs] : found
}

function reportUnknown(name: string, reporter: Reporter): void {
  const choices = knownSoftware.map((software) => software.name)
  const near = didYouMean(name, choices)
  reporter.report(
    'value-unknown',
    { what: 'software', value: name, choices },
    { fix: `${near === undefined ? '' : `${near} `}docs/coexist.md has what each is, and its numbers.` },
  )
}

function resolveUserTables(
  description: Description,
  links: Links,
  tables: ReadonlyMap<string, TableId>,
  reporter: Reporter,
): readonly UserTable[] {
  return Object.entries(description.tables ?? {}).map(([name, written]) => {
    const at = reporter.at('tables', name)
    return {
      name,
      id: tables.get(name) ?? written.id,
      routes: resolveRoutes(written.routes, { links }, at),
      path: at.path,
      comment: written.comment,
    }
  })
}

function resolveSysctls(description: Description, reporter: Reporter): SysctlConfig {
  const entries = typeof description.sysctls === 'object' ? Object.entries(description.sysctls) : []
  const written = entries.map(([key, value]) => ({ key: parseSysctlKey(key), value, path: ['sysctls', key] }))
  const intended = (description['sysctls-beyond-net'] ?? []).map(parseSysctlKey)
  for (const { key, path } of written) {
    if (key[0] === 'net' || intended.some((one) => isSameSysctl(one, key))) continue
    const text = formatSysctlKey(key)
    const fix = `If it is intended, list it: \`sysctls-beyond-net: [${text}]\`.`
    reporter.at(...path).report('sysctl-not-network', { key: text }, { on: 'key', fix })
  }
  for (const [index, key] of intended.entries())
    if (!written.some((one) => isSameSysctl(one.key, key)) && !reporter.isBroken('sysctls'))
      reporter.at('sysctls-beyond-net', index).report('sysctl-not-written', { key: formatSysctlKey(key) })
  return description.sysctls === 'none' ? { auto: false } : { auto: true, written }
}
