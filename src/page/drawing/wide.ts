// The drawing for a wide screen: from left to right what comes in, the rules, the tables, the links, what lies beyond.
import { exitJoins, tableJoins } from './edges.js'
import {
  cardHeight,
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
import { html, type Markup } from '../markup.js'
import { railPart } from './rule-rail.js'
import type { Scene } from '../model/diagram.js'
import type { LinkBox } from '../model/links.js'

const WIDTH = 1278
const TOP = 64
const ENTRIES = { x: 0, width: 92 }
const RAIL = 124
const TRUNK = 108
const ROWS = { x: 136, width: 424 }
const CARDS = { x: 652, width: 254 }
const LINKS = { x: 968, width: 144 }
const UPLINKS = { x: 1140, width: 138 }
const HOST = { x: 56, right: 1040 }

export function wideDrawing(scene: Scene): Markup {
  const { legend } = scene
  const back: Markup[] = []
  const front: Markup[] = []

  let y = TOP
  const rowY = new Map<string, number>()
  for (const row of scene.rows) {
    const part = rowPart(row, y, { ...ROWS, isStacked: false }, legend)
    rowY.set(row.key, y + 13)
    front.push(part.markup)
    y += part.height + 2
  }
  const rulesEnd = y

  const cardTops = stack(scene.cards.map(cardHeight), rulesEnd - TOP, 26)
  const ports: ExitPort[] = []
  const cardY = new Map<number, number>()
  scene.cards.forEach((card, index) => {
    const top = TOP + (cardTops[index] ?? 0)
    const part = cardPart(card, { x: CARDS.x, y: top }, CARDS.width, legend)
    cardY.set(card.table, top + 14)
    front.push(part.markup)
    ports.push(...part.ports)
  })

  const linkTops = stack(scene.links.map(blockHeight), rulesEnd - TOP, 30)
  const linkY = new Map<string, number>()
  scene.links.forEach((link, index) => {
    const top = TOP + (linkTops[index] ?? 0)
    linkY.set(link.key, top + 14)
    front.push(linkPart(link, { x: LINKS.x, y: top }, LINKS.width).markup)
    let uplinkTop = top
    for (const way of link.ways) {
      const classes = way.hue?.name ?? ''
      back.push(
        edge(
          `M${LINKS.x + LINKS.width} ${uplinkTop + 14}H${UPLINKS.x}`,
          { from: link.key, to: way.key },
          `${classes} beyond`,
        ),
      )
      front.push(uplinkPart(way, { x: UPLINKS.x, y: uplinkTop }, UPLINKS.width).markup)
      uplinkTop += uplinkHeight(way) + 10
    }
  })

  // A lane for each table and each link, the one that leads furthest up nearest to where it comes from.
  const rowEnd = ROWS.x + ROWS.width
  const cardEnd = CARDS.x + CARDS.width
  back.push(
    ...tableJoins(scene, rowY, cardY).map(({ join, start, end, index }) => {
      const x = rowEnd + 16 + laneAt(index, scene.cards.length, CARDS.x - rowEnd - 34)
      return lane({ x: rowEnd, y: start }, x, { x: CARDS.x, y: end }, join)
    }),
    ...exitJoins(scene, ports, linkY).map(({ join, start, end, index }) => {
      const x = cardEnd + 14 + laneAt(index, scene.links.length, LINKS.x - cardEnd - 28)
      return lane({ x: cardEnd, y: start }, x, { x: LINKS.x, y: end }, join)
    }),
  )

  const entries = scene.entries.map((entry, index) => {
    const top = TOP + 30 * index
    back.push(
      edge(
        `M${ENTRIES.x + ENTRIES.width} ${top + 11}H${TRUNK - 5}Q${TRUNK} ${top + 11} ${TRUNK} ${top + 6}V${TOP}Q${TRUNK} ${TOP - 6} ${TRUNK + 6} ${TOP - 6}H${RAIL}`,
        { from: entry.key, to: 'r0' },
        'entryedge',
      ),
    )
    return entryPart(entry.key, entry.words, { x: ENTRIES.x, y: top }, ENTRIES.width)
  })

  const height =
    Math.max(
      rulesEnd,
      ...scene.cards.map((card, index) => TOP + (cardTops[index] ?? 0) + cardHeight(card)),
      ...scene.links.map((link, index) => TOP + (linkTops[index] ?? 0) + blockHeight(link)),
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
    text(ENTRIES.x, 50, 'comes in', 'head'),
    text(ROWS.x + 10, 50, 'rules, asked from the top', 'head'),
    text(CARDS.x, 50, 'tables', 'head'),
    text(LINKS.x, 50, 'links', 'head'),
    text(UPLINKS.x, 50, 'beyond', 'head'),
    text(HOST.x + 14, 30, 'this host', 'bold'),
  ]
  const rail = railPart(scene.rows, rowY, RAIL, TOP - 6)
  return drawing('wide', WIDTH, height, scene.label, [
    host,
    ...heads,
    edges(back),
    rail,
    ...entries,
    ...front,
  ])
}

const blockHeight = (link: LinkBox): number =>
  Math.max(
    linkHeight(link),
    link.ways.reduce((sum, way) => sum + uplinkHeight(way) + 10, -10),
  )

const laneAt = (index: number, count: number, room: number): number =>
  count < 2 ? room / 2 : (index * room) / (count - 1)

/** Tops of boxes below each other that share the room evenly, but stay within sight of each other. */
function stack(heights: readonly number[], room: number, least: number): readonly number[] {
  const taken = heights.reduce((sum, height) => sum + height, 0)
  const gap = Math.min(2.5 * least, Math.max(least, (room - taken) / Math.max(1, heights.length - 1)))
  let top = 0
  return heights.map((height) => {
    const own = top
    top += height + gap
    return own
  })
}
