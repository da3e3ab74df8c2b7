// Edges of the drawing: from rules to the tables that they look up, and from routes to links.
import type { ExitPort } from './nodes.js'
import type { EdgeStyle } from './svg.js'
import type { Diagram } from '../model/diagram.js'
import { linkKey } from '../model/links.js'

export interface EdgePosition {
  readonly style: EdgeStyle
  /** Vertical positions of both ends. */
  readonly start: number
  readonly end: number
  /** Index of the table or link that it leads to, which has a lane of its own. */
  readonly index: number
}

/** Vertical positions by key of the row, and by table. */
export const tableEdges = (
  { rows, tables, legend }: Diagram,
  rowY: ReadonlyMap<string, number>,
  tableY: ReadonlyMap<number, number>,
): readonly EdgePosition[] =>
  rows.flatMap(({ key, table, isKernels }) => {
    const end = table === undefined ? undefined : tableY.get(table)
    const start = rowY.get(key)
    if (table === undefined || end === undefined || start === undefined) return []
    const classes = `${legend.styleOfTable(table)?.className ?? 'plain'}${isKernels ? ' kernels' : ''}`
    const index = tables.findIndex((node) => node.table === table)
    return [{ style: { ends: { from: key, to: `t${table}` }, classes }, start, end, index }]
  })

/** Vertical positions by key of the link. */
export const exitEdges = (
  { links, legend }: Diagram,
  ports: readonly ExitPort[],
  linkY: ReadonlyMap<string, number>,
): readonly EdgePosition[] =>
  ports.flatMap(({ line, exit, y: start }) => {
    const end = linkY.get(linkKey(exit.link))
    if (end === undefined) return []
    const classes = [
      legend.styleOfUplink(exit.uplink)?.className ?? 'plain',
      ...(line.isConnected ? ['connected'] : []),
      ...(line.isDynamic ? ['dynamic'] : []),
      ...((line.choice ?? 1) > 1 ? ['standby'] : []),
    ].join(' ')
    const ends = { from: line.key, to: exit.uplink ?? linkKey(exit.link) }
    return [
      { style: { ends, classes }, start, end, index: links.findIndex(({ name }) => name === exit.link) },
    ]
  })
