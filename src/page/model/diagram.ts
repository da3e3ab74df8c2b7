// What is there to draw? The ladder, the tables and what lies beyond, found once for both shapes of the drawing.
import { familyName } from '../../kernel/family.js'
import { loopback } from '../../kernel/link.js'
import type { KernelPlan } from '../../plan/plan.js'
import { formatTable } from '../../syntax/iproute2.js'
import { tableCards, type TableCard } from './tables.js'
import type { Legend } from '../drawing/nodes.js'
import { ruleRows, tablesAsked, type RuleRow } from './rule-rows.js'
import { huesOf, linkBoxesOf, uplinkKey, type LinkBox } from './links.js'

export interface Scene {
  readonly rows: readonly RuleRow[]
  readonly cards: readonly TableCard[]
  readonly links: readonly LinkBox[]
  /** Where packets come from: this host itself, and each link. */
  readonly entries: readonly { readonly key: string; readonly words: string }[]
  readonly legend: Legend
  /** The whole in words. */
  readonly label: string
}

/** More than that is no drawing any more; the look-up and the ideas are there for any number. */
const MAX_ROWS = 90
const MAX_CARDS = 30

export const entryKey = (link: string): string => `i ${link}`

/** undefined where there is too much to draw. */
export function sceneOf(plan: KernelPlan): Scene | undefined {
  const rows = ruleRows(plan)
  if (rows.length > MAX_ROWS || plan.tables.length > MAX_CARDS) return undefined
  const cards = tableCards(plan, tablesAsked(rows))
  const links = linkBoxesOf(plan)
  return {
    rows,
    cards,
    links,
    entries: [
      { key: entryKey(loopback), words: 'this host' },
      ...links
        .filter(({ name }) => name !== loopback)
        .map(({ name }) => ({ key: entryKey(name), words: name })),
    ],
    legend: legendOf(plan, links),
    label: labelOf(plan, rows),
  }
}

function legendOf(plan: KernelPlan, links: readonly LinkBox[]): Legend {
  const hues = huesOf(plan)
  const ways = new Map(links.flatMap((link) => link.ways).map((way) => [way.key, way]))
  const names = new Map(plan.tables.map(({ id, name }) => [id, name]))
  const owner = new Map(plan.gateways.toReversed().map(({ table, name }) => [table, name]))
  const gateways = new Set(plan.gateways.map(({ name }) => uplinkKey(name)))
  return {
    styleOfTable: (table) => hues.get(owner.get(table) ?? ''),
    styleOfUplink: (key) => (key === undefined ? undefined : ways.get(key)?.hue),
    titleOfTable: (table) => names.get(table) ?? formatTable(table),
    titleOfExit: ({ link, way }) => {
      const found = way === undefined ? undefined : ways.get(way)
      if (found === undefined) return link
      return gateways.has(found.key) ? found.title : (found.lines[0] ?? found.title)
    },
    hasBothFamilies: new Set(plan.rules.map(({ family }) => family)).size !== 1 || hasBoth(plan),
  }
}

const hasBoth = ({ links, routes }: KernelPlan): boolean =>
  new Set([...links.flatMap(({ addresses }) => addresses), ...routes].map(({ family }) => familyName(family)))
    .size > 1

function labelOf(plan: KernelPlan, rows: readonly RuleRow[]): string {
  const ways = plan.gateways.map(({ name, link }) => `${name} on ${link}`)
  return `${rows.length} rules in the order in which they are asked, the tables they look up, and where those lead: ${
    ways.join(', ') || 'no gateway'
  }. The same stands below as a list.`
}
