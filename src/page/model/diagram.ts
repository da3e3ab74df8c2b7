// Content of the drawing: rules, tables, links and uplinks.
import type { Family } from '../../kernel/family.js'
import { loopback } from '../../kernel/link.js'
import type { KernelPlan } from '../../plan/plan.js'
import { tableName } from '../../syntax/trace-format.js'
import { tableNodes, type TableNode } from './tables.js'
import type { Legend } from '../drawing/nodes.js'
import { ruleRows, tablesLookedUp, type RuleRow } from './rule-rows.js'
import { gatewayStyles, linkBoxesOf, uplinkKey, type LinkBox } from './links.js'

export interface Diagram {
  readonly rows: readonly RuleRow[]
  readonly tables: readonly TableNode[]
  readonly links: readonly LinkBox[]
  /** Sources of packets: this host, and each link. */
  readonly sources: readonly { readonly key: string; readonly text: string }[]
  readonly legend: Legend
  /** Alternative text. */
  readonly label: string
}

/** A larger drawing is unreadable. The lookup and the list of plan items have no limit. */
const MAX_ROWS = 90
const MAX_TABLES = 30

export const sourceKey = (link: string): string => `i ${link}`

/** undefined where there is too much to draw. */
export function diagramOf(plan: KernelPlan): Diagram | undefined {
  const rows = ruleRows(plan)
  if (rows.length > MAX_ROWS || plan.intent.tables.length > MAX_TABLES) return undefined
  const tables = tableNodes(plan, tablesLookedUp(rows))
  const links = linkBoxesOf(plan)
  return {
    rows,
    tables,
    links,
    sources: [
      { key: sourceKey(loopback), text: 'this host' },
      ...links
        .filter(({ name }) => name !== loopback)
        .map(({ name }) => ({ key: sourceKey(name), text: name })),
    ],
    legend: legendOf(plan, links),
    label: labelOf(plan, rows),
  }
}

function legendOf(plan: KernelPlan, links: readonly LinkBox[]): Legend {
  const { rules, routes } = plan.state
  const addresses = plan.state.links.flatMap((link) => link.addresses)
  const styles = gatewayStyles(plan)
  const uplinks = new Map(links.flatMap((link) => link.uplinks).map((uplink) => [uplink.key, uplink]))
  const owner = new Map(plan.intent.gateways.toReversed().map(({ table, name }) => [table, name]))
  const gateways = new Set(plan.intent.gateways.map(({ name }) => uplinkKey(name)))
  return {
    styleOfTable: (table) => styles.get(owner.get(table) ?? ''),
    styleOfUplink: (key) => (key === undefined ? undefined : uplinks.get(key)?.style),
    titleOfTable: (table) => tableName(plan, table),
    titleOfExit: ({ link, uplink }) => {
      const found = uplink === undefined ? undefined : uplinks.get(uplink)
      if (found === undefined) return link
      return gateways.has(found.key) ? found.title : (found.lines[0] ?? found.title)
    },
    hasBothFamilies: countFamilies(rules) !== 1 || countFamilies([...addresses, ...routes]) > 1,
  }
}

const countFamilies = (items: readonly { readonly family: Family }[]): number =>
  new Set(items.map(({ family }) => family)).size

function labelOf(plan: KernelPlan, rows: readonly RuleRow[]): string {
  const gateways = plan.intent.gateways.map(({ name, link }) => `${name} on ${link}`)
  return `${rows.length} rules in order of priority, the tables they look up, and their gateways: ${
    gateways.join(', ') || 'none'
  }. The list of plan items below has the same content as text.`
}
