// Which lines run between the columns of a drawing? From rules to the tables that they look up, from routes to links.
import type { ExitPort } from './nodes.js'
import type { Join } from './svg.js'
import type { Scene } from '../model/diagram.js'
import { linkKey } from '../model/links.js'

export interface JoinAt {
  readonly join: Join
  /** Where it leaves and where it arrives, from the top. */
  readonly start: number
  readonly end: number
  /** Of the table or link that it leads to, which has a lane of its own. */
  readonly index: number
}

/** Tops by key of the row, and by table. */
export const tableJoins = (
  { rows, cards, legend }: Scene,
  rowY: ReadonlyMap<string, number>,
  cardY: ReadonlyMap<number, number>,
): readonly JoinAt[] =>
  rows.flatMap(({ key, table, isKernels }) => {
    const end = table === undefined ? undefined : cardY.get(table)
    const start = rowY.get(key)
    if (table === undefined || end === undefined || start === undefined) return []
    const classes = `${legend.styleOfTable(table)?.name ?? 'plain'}${isKernels ? ' kernels' : ''}`
    const index = cards.findIndex((card) => card.table === table)
    return [{ join: { ends: { from: key, to: `t${table}` }, classes }, start, end, index }]
  })

/** Tops by key of the link. */
export const exitJoins = (
  { links, legend }: Scene,
  ports: readonly ExitPort[],
  linkY: ReadonlyMap<string, number>,
): readonly JoinAt[] =>
  ports.flatMap(({ line, exit, y: start }) => {
    const end = linkY.get(linkKey(exit.link))
    if (end === undefined) return []
    const classes = [
      legend.styleOfUplink(exit.way)?.name ?? 'plain',
      ...(line.isNetwork ? ['quiet'] : []),
      ...(line.isFollowed ? ['followed'] : []),
      ...((line.choice ?? 1) > 1 ? ['standby'] : []),
    ].join(' ')
    const ends = { from: line.key, to: exit.way ?? linkKey(exit.link) }
    return [{ join: { ends, classes }, start, end, index: links.findIndex(({ name }) => name === exit.link) }]
  })
