// Drawing of a plan, from left to right: sources of packets, rules, tables, links, gateways and networks.
import { exitEdges, tableEdges } from './edges.js'
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
import type { LinkBox } from '../model/links.js'

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
  const tableY = new Map<number, number>()
  tables.forEach((table, index) => {
    const top = TOP + (tableTops[index] ?? 0)
    const drawn = drawTable(table, { x: TABLES.x, y: top }, TABLES.width, legend)
    tableY.set(table.table, top + 14)
    nodes.push(drawn.markup)
    ports.push(...drawn.ports)
  })

  const linkTops = distribute(links.map(linkBlockHeight), rowsEnd - TOP, 30)
  const linkY = new Map<string, number>()
  links.forEach((link, index) => {
    const top = TOP + (linkTops[index] ?? 0)
    linkY.set(link.key, top + 14)
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
  const tableEnd = TABLES.x + TABLES.width
  behind.push(
    ...tableEdges(diagram, rowY, tableY).map(({ style, start, end, index }) => {
      const x = rowEnd + 16 + laneOffset(index, tables.length, TABLES.x - rowEnd - 34)
      return lane({ x: rowEnd, y: start }, x, { x: TABLES.x, y: end }, style)
    }),
    ...exitEdges(diagram, ports, linkY).map(({ style, start, end, index }) => {
      const x = tableEnd + 14 + laneOffset(index, links.length, LINKS.x - tableEnd - 28)
      return lane({ x: tableEnd, y: start }, x, { x: LINKS.x, y: end }, style)
    }),
  )

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
      ...tables.map((table, index) => TOP + (tableTops[index] ?? 0) + tableHeight(table)),
      ...links.map((link, index) => TOP + (linkTops[index] ?? 0) + linkBlockHeight(link)),
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
  let top = 0
  return heights.map((height) => {
    const own = top
    top += height + gap
    return own
  })
}
