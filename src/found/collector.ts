// Collector: what readers of files call with each thing that they find.
import { isLinkName, linkNameProblem, type LinkName } from '../kernel/link.js'
import { MAX_TABLE, reservedTableNames, type TableId } from '../kernel/table.js'
import type {
  Found,
  FoundConnmark,
  FoundDynamicMultipath,
  FoundDynamicTable,
  FoundLink,
  FoundRoute,
  FoundRule,
  FoundSysctl,
  FoundTable,
  Place,
  Problem,
} from './found.js'
import { withoutSecret } from './secrets.js'

export interface Collector {
  /** The link of that name, added if it is new; undefined, with a problem, if no link can have the name. */
  link(name: string, place: Place): FoundLink | undefined
  route(route: FoundRoute): void
  rule(rule: FoundRule): void
  table(table: FoundTable): void
  sysctl(sysctl: FoundSysctl): void
  connmark(connmark: FoundConnmark): void
  dynamicTable(table: FoundDynamicTable): void
  dynamicMultipath(multipath: FoundDynamicMultipath): void
  /** It may route packets, and is not understood. `why` is a clause. */
  unknown(place: Place, why: string): void
  /** It is understood and routes no packet. */
  withoutEffect(place: Place, why: string): void
  /** A table by its number (decimal or 0x…) or by a name that was collected before; undefined for another word. */
  tableOf(word: string): TableId | undefined
  /** multihome has generated one of the files. */
  ours(): void
  /** The files also name this one, or those that match a pattern of a shell: an absolute path below the root. */
  wants(pattern: string): void
  /** Scripts that others run and that are read where they run; `size`: characters that were read of them. */
  readonly called: { readonly paths: Set<string>; size: number }
  /** What `wants` was called with. */
  readonly wanted: ReadonlySet<string>
  /** What was collected until now, live: for commands that remove or replace. */
  readonly soFar: Pick<Found, 'links' | 'routes' | 'rules' | 'sysctls'>
  /** Removes a route or rule of `soFar`: a later command deletes it. */
  remove(item: FoundRoute | FoundRule): void
  /** Runs a check when all files are read: a later file may create the bridge that a link joins. */
  atEnd(check: () => void): void
  found(): Found
}

export function createCollector(): Collector {
  const links = new Map<LinkName, FoundLink>()
  const inOrder: FoundLink[] = []
  const routes: FoundRoute[] = []
  const rules: FoundRule[] = []
  const tables: FoundTable[] = []
  const sysctls: FoundSysctl[] = []
  const connmarks: FoundConnmark[] = []
  const dynamicTables: FoundDynamicTable[] = []
  const dynamicMultipaths: FoundDynamicMultipath[] = []
  const problems: Problem[] = []
  const numbers = new Map<string, TableId>(Object.entries(reservedTableNames))
  const checks: (() => void)[] = []
  const wanted = new Set<string>()
  let isOurs = false
  const unknown = (place: Place, why: string): void => void problems.push({ place, why, kind: 'unknown' })
  return {
    link(name, place) {
      if (!isLinkName(name)) {
        unknown(place, `\`${name}\` is no name of a link: ${linkNameProblem(name) ?? 'it is empty'}`)
        return undefined
      }
      const known = links.get(name)
      if (known !== undefined) return known
      const link: FoundLink = {
        name,
        place,
        managed: false,
        addresses: [],
        leases: {},
        nameservers: [],
        search: [],
      }
      links.set(name, link)
      inOrder.push(link)
      return link
    },
    route: (route) => void routes.push(route),
    rule: (rule) => void rules.push(rule),
    table: (table) => {
      // The first one counts for `ip route show` (rtnl_tab_initialize), the last one for names as arguments; both are rare.
      numbers.set(table.name, table.id)
      tables.push(table)
    },
    sysctl: (sysctl) => void sysctls.push(sysctl),
    connmark: (connmark) => void connmarks.push(connmark),
    dynamicTable: (table) => void dynamicTables.push(table),
    dynamicMultipath: (multipath) => void dynamicMultipaths.push(multipath),
    unknown,
    withoutEffect: (place, why) => void problems.push({ place, why, kind: 'without-effect' }),
    tableOf(word) {
      const number = /^(?:\d+|0x[\da-f]+)$/i.test(word) ? Number(word) : numbers.get(word)
      return number !== undefined && number > 0 && number <= MAX_TABLE ? number : undefined
    },
    ours: () => void (isOurs = true),
    called: { paths: new Set(), size: 0 },
    wants: (pattern) => void wanted.add(pattern),
    wanted,
    soFar: {
      links: inOrder,
      routes,
      rules,
      sysctls,
    },
    remove(item) {
      const list: (FoundRoute | FoundRule)[] = 'dst' in item ? routes : rules
      const index = list.indexOf(item)
      if (index >= 0) list.splice(index, 1)
    },
    atEnd: (check) => void checks.push(check),
    found() {
      // A check may add another one.
      for (let check = checks.shift(); check !== undefined; check = checks.shift()) check()
      return {
        links: inOrder,
        routes,
        rules,
        tables,
        sysctls,
        connmarks,
        dynamicTables,
        dynamicMultipaths,
        problems: problems.map(({ place, ...problem }) => ({
          ...problem,
          place: { ...place, text: withoutSecret(place.text) },
        })),
        isOurs,
      }
    },
  }
}
