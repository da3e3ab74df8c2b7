// Drawing of a plan, from left to right: sources of packets, rules, tables, links, gateways and networks.
import {
  drawLink,
  drawRow,
  drawSource,
  drawTable,
  drawUplink,
  type ExitPort,
  linkHeight,
  tableHeight,
  uplinkHeight,
} from './nodes.js'
import { edge, edges, lane, svg, text } from './svg.js'
import { html, type Markup } from '../markup.js'
import { drawRail } from './rule-rail.js'
import type { Diagram } from '../model/diagram.js'
import { linkKey, type LinkBox } from '../model/links.js'

const WIDTH = 1278
const TOP = 64
const SOURCES = { x: 0, width: 92 }
const RAIL = 124
const TRUNK = 108
const ROWS = { x: 136, width: 424 }
const TABLES = { x: 652, width: 254 }
const LINKS = { x: 968, width: 144 }
const UPLINKS = { x: 1140, width: 138 }
const HOST = { x: 56, right: 1040 }

export function drawDiagram(diagram: Diagram): Markup {
  const { legend, rows, tables, links } = diagram
  const behind: Markup[] = []
  const nodes: Markup[] = []

  let rowsEnd = TOP
  const rowY = new Map<string, number>()
  for (const row of rows) {
    const { markup, height } = drawRow(row, { x: ROWS.x, y: rowsEnd }, ROWS.width, legend)
    rowY.set(row.key, rowsEnd + 13)
    nodes.push(markup)
    rowsEnd += height + 2
  }

  const tableTops = distribute(tables.map(tableHeight), rowsEnd - TOP, 26)
  const ports: ExitPort[] = []
  tables.forEach((table, index) => {
    const drawn = drawTable(table, { x: TABLES.x, y: tableTops[index] ?? TOP }, TABLES.width, legend)
    nodes.push(drawn.markup)
    ports.push(...drawn.ports)
  })

  const linkTops = distribute(links.map(linkBlockHeight), rowsEnd - TOP, 30)
  links.forEach((link, index) => {
    const top = linkTops[index] ?? TOP
    nodes.push(drawLink(link, { x: LINKS.x, y: top }, LINKS.width))
    let uplinkTop = top
    for (const uplink of link.uplinks) {
      behind.push(
        edge(
          `M${LINKS.x + LINKS.width} ${uplinkTop + 14}H${UPLINKS.x}`,
          { from: link.key, to: uplink.key },
          uplink.style?.className ?? '',
        ),
      )
      nodes.push(drawUplink(uplink, { x: UPLINKS.x, y: uplinkTop }, UPLINKS.width))
      uplinkTop += uplinkHeight(uplink) + 10
    }
  })

  // One lane for each table and each link, in their order.
  const rowEnd = ROWS.x + ROWS.width
  for (const { key, table, isKernels } of rows) {
    const index = tables.findIndex((node) => node.table === table)
    if (table === undefined || index === -1) continue
    const x = rowEnd + 16 + laneOffset(index, tables.length, TABLES.x - rowEnd - 34)
    const end = { x: TABLES.x, y: (tableTops[index] ?? TOP) + 14 }
    const classes = `${legend.styleOfTable(table)?.className ?? 'plain'}${isKernels ? ' kernels' : ''}`
    behind.push(lane({ x: rowEnd, y: rowY.get(key) ?? TOP }, x, end, { from: key, to: `t${table}` }, classes))
  }
  const tableEnd = TABLES.x + TABLES.width
  for (const { line, exit, y } of ports) {
    const index = links.findIndex(({ name }) => name === exit.link)
    if (index === -1) continue
    const x = tableEnd + 14 + laneOffset(index, links.length, LINKS.x - tableEnd - 28)
    const end = { x: LINKS.x, y: (linkTops[index] ?? TOP) + 14 }
    const classes = [
      legend.styleOfUplink(exit.uplink)?.className ?? 'plain',
      ...(line.isConnected ? ['connected'] : []),
      ...(line.isDynamic ? ['dynamic'] : []),
      ...((line.choice ?? 1) > 1 ? ['standby'] : []),
    ].join(' ')
    const ends = { from: line.key, to: exit.uplink ?? linkKey(exit.link) }
    behind.push(lane({ x: tableEnd, y }, x, end, ends, classes))
  }

  const sources = diagram.sources.map((source, index) => {
    const top = TOP + 30 * index
    behind.push(
      edge(
        `M${SOURCES.x + SOURCES.width} ${top + 11}H${TRUNK - 5}Q${TRUNK} ${top + 11} ${TRUNK} ${top + 6}V${TOP}Q${TRUNK} ${TOP - 6} ${TRUNK + 6} ${TOP - 6}H${RAIL}`,
        { from: source.key, to: 'r0' },
        'sourceedge',
      ),
    )
    return drawSource(source.key, source.text, { x: SOURCES.x, y: top }, SOURCES.width)
  })

  const height =
    Math.max(
      rowsEnd,
      ...tables.map((table, index) => (tableTops[index] ?? TOP) + tableHeight(table)),
      ...links.map((link, index) => (linkTops[index] ?? TOP) + linkBlockHeight(link)),
      TOP + 30 * sources.length,
    ) + 20
  const host = html`<rect
    x="${HOST.x}"
    y="8"
    width="${HOST.right - HOST.x}"
    height="${Math.ceil(height - 12)}"
    rx="10"
    class="host"
  />`
  const heads = [
    text(SOURCES.x, 50, 'source', 'head'),
    text(ROWS.x + 10, 50, 'rules, in order of priority', 'head'),
    text(TABLES.x, 50, 'tables', 'head'),
    text(LINKS.x, 50, 'links', 'head'),
    text(UPLINKS.x, 50, 'gateways, networks', 'head'),
    text(HOST.x + 14, 30, 'this host', 'bold'),
  ]
  return svg(WIDTH, height, diagram.label, [
    host,
    ...heads,
    edges(behind),
    drawRail(rows, rowY, RAIL, TOP - 6),
    ...sources,
    ...nodes,
  ])
}

/** Height of a link with all that is behind it. */
const linkBlockHeight = (link: LinkBox): number =>
  Math.max(
    linkHeight(link),
    link.uplinks.reduce((sum, uplink) => sum + uplinkHeight(uplink) + 10, -10),
  )

const laneOffset = (index: number, count: number, room: number): number =>
  count < 2 ? room / 2 : (index * room) / (count - 1)

/** Tops of boxes that share the room evenly, with gaps from `minGap` to two and a half times of it. */
function distribute(heights: readonly number[], room: number, minGap: number): readonly number[] {
  const total = heights.reduce((sum, height) => sum + height, 0)
  const gap = Math.min(2.5 * minGap, Math.max(minGap, (room - total) / Math.max(1, heights.length - 1)))
  let top = TOP
  return heights.map((height) => {
    const own = top
    top += height + gap
    return own
  })
}
