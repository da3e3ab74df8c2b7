// The drawing for a phone: from top to bottom, lines to tables on the right, to links on the left.
import { exitJoins, tableJoins } from './edges.js'
import {
  cardPart,
  entryPart,
  type ExitPort,
  linkHeight,
  linkPart,
  rowPart,
  uplinkHeight,
  uplinkPart,
} from './nodes.js'
import { drawing, edge, edges, lane, text } from './svg.js'
import { railPart } from './rule-rail.js'
import { widthOf } from './text-metrics.js'
import type { Markup } from '../markup.js'
import type { Scene } from '../model/diagram.js'

const WIDTH = 360
const RAIL = 22
const ROWS = { x: 34, width: 286 }
const LINKS = { x: 34, width: 140 }
const UPLINKS = { x: 192, width: 128 }
/** Lanes repeat where there are more tables or links than the margin has room for. */
const LANES = 5
const STEP = 6

export function narrowDrawing(scene: Scene): Markup {
  const { legend } = scene
  const back: Markup[] = []
  const front: Markup[] = []

  front.push(text(ROWS.x, 14, 'comes in', 'head'))
  let x = ROWS.x
  let y = 24
  const firstEntry = y + 25
  const entries: Markup[] = []
  const entryEdges: Markup[] = []
  for (const { key, words } of scene.entries) {
    const width = Math.min(ROWS.width, widthOf(words, { size: 12, isMono: false }) + 22)
    if (x + width > ROWS.x + ROWS.width) {
      x = ROWS.x
      y += 28
    }
    entryEdges.push(
      edge(`M${x + width / 2} ${y + 22}v3H${RAIL}V${y + 30}`, { from: key, to: 'r0' }, 'entryedge'),
    )
    entries.push(entryPart(key, words, { x, y }, width))
    x += width + 8
  }

  y += 52
  front.push(text(ROWS.x, y, 'rules, asked from the top', 'head'))
  y += 10
  const rowY = new Map<string, number>()
  for (const row of scene.rows) {
    const part = rowPart(row, y, { ...ROWS, isStacked: true }, legend)
    rowY.set(row.key, y + 13)
    front.push(part.markup)
    y += part.height + 2
  }

  y += 26
  front.push(text(ROWS.x, y, 'tables', 'head'))
  y += 10
  const cardY = new Map<number, number>()
  const ports: ExitPort[] = []
  for (const card of scene.cards) {
    const part = cardPart(card, { x: ROWS.x, y }, ROWS.width, legend)
    cardY.set(card.table, y + 14)
    front.push(part.markup)
    ports.push(...part.ports)
    y += part.height + 14
  }

  y += 16
  front.push(text(LINKS.x, y, 'links', 'head'), text(UPLINKS.x, y, 'beyond', 'head'))
  y += 10
  const linkY = new Map<string, number>()
  for (const link of scene.links) {
    linkY.set(link.key, y + 14)
    front.push(linkPart(link, { x: LINKS.x, y }, LINKS.width).markup)
    let uplinkTop = y
    for (const way of link.ways) {
      back.push(
        edge(
          `M${LINKS.x + LINKS.width} ${uplinkTop + 14}H${UPLINKS.x}`,
          { from: link.key, to: way.key },
          `${way.hue?.name ?? ''} beyond`,
        ),
      )
      front.push(uplinkPart(way, { x: UPLINKS.x, y: uplinkTop }, UPLINKS.width).markup)
      uplinkTop += uplinkHeight(way) + 10
    }
    y = Math.max(y + linkHeight(link) + 12, uplinkTop)
  }

  const right = ROWS.x + ROWS.width
  back.push(
    ...tableJoins(scene, rowY, cardY).map(({ join, start, end, index }) =>
      lane({ x: right, y: start }, right + 8 + STEP * (index % LANES), { x: right, y: end }, join),
    ),
    ...exitJoins(scene, ports, linkY).map(({ join, start, end, index }) =>
      lane({ x: ROWS.x, y: start }, ROWS.x - 8 - STEP * (index % (LANES - 1)), { x: LINKS.x, y: end }, join),
    ),
  )

  const rail = railPart(scene.rows, rowY, RAIL, firstEntry)
  return drawing('narrow', WIDTH, y + 6, scene.label, [
    edges([...back, ...entryEdges]),
    rail,
    ...entries,
    ...front,
  ])
}
