// The parts of a drawing, each at its place: rungs of the ladder, tables, links, what lies beyond them, lines between.
import type { Family } from '../kernel/family.js'
import { familyName } from '../kernel/family.js'
import type { Card, CardLine, Exit } from './cards.js'
import { fit, widthOf, wrap, type Face } from './drawing-text.js'
import { outlineOf, type Hue } from './hue.js'
import type { LadderRow } from './ladder.js'
import { attribute, html, type Markup } from './markup.js'
import type { LinkBox, Way } from './ways.js'

export interface Point {
  readonly x: number
  readonly y: number
}

/** A part with its height, and where lines come in and go out. */
export interface Drawn {
  readonly markup: Markup
  readonly height: number
}

/** What the parts look up: who a table or a way belongs to, and how it is called. */
export interface Legend {
  readonly hueOfTable: (table: number) => Hue | undefined
  readonly hueOfWay: (key: string | undefined) => Hue | undefined
  readonly titleOfTable: (table: number) => string
  readonly titleOfExit: (exit: Exit) => string
  readonly hasBothFamilies: boolean
}

export const mono: Face = { size: 11.5, isMono: true }
export const small: Face = { size: 10.5, isMono: false }
const plain: Face = { size: 12, isMono: false }
const bold: Face = { size: 13, isMono: false }

const round = (value: number): number => Math.round(value * 10) / 10

export const text = (x: number, y: number, words: string, classes: string): Markup =>
  html`<text x="${round(x)}" y="${round(y)}" class="${classes}">${words}</text>`

export const shapeAt = ({ x, y }: Point, hue: Hue): Markup =>
  html`<path
    class="shape ${hue.name}"
    transform="translate(${round(x)} ${round(y)})"
    d="${outlineOf(hue.shape)}"
  />`

const box = (x: number, y: number, width: number, height: number, classes: string): Markup =>
  html`<rect
    x="${round(x)}"
    y="${round(y)}"
    width="${round(width)}"
    height="${round(height)}"
    rx="5"
    class="${classes}"
  />`

const hueName = (hue: Hue | undefined): string => (hue === undefined ? '' : ` ${hue.name}`)

/** `IPv4` where the other family does without. */
const familyWord = (families: readonly Family[], { hasBothFamilies }: Legend): string =>
  hasBothFamilies && families.length === 1 ? families.map(familyName).join() : ''

export interface RowPlace {
  readonly x: number
  readonly width: number
  /** Everything below each other, for a narrow screen. */
  readonly isStacked: boolean
}

const PREF = 44
const FAMILY = 34
const CHIP = 108

export function rowPart(row: LadderRow, y: number, place: RowPlace, legend: Legend): Drawn {
  const { x, width, isStacked } = place
  const left = isStacked ? x + 10 : x + 10 + PREF + FAMILY
  const room = isStacked ? width - 20 : width - PREF - FAMILY - CHIP - 20
  const words = [row.selector, row.suppressor].flatMap((each) =>
    each === undefined ? [] : wrap(each, room, mono),
  )
  const reason = reasonText(row)
  const first = isStacked ? y + 34 : y + 16
  const height = (isStacked ? 46 : 28) + 14 * words.length
  const markup = html`<g
    class="row${row.isKernels ? ' kernels' : ''}${row.isFollowed ? ' followed' : ''}"
    data-key="${row.key}"
    ><title>${row.pref}: ${row.selector} ${row.action}. ${reason}</title
    >${box(x, y + 1, width, height - 2, 'hit')}${text(x + 10 + PREF - 8, y + 16, String(row.pref), 'pref')}${text(
      x + 10 + PREF,
      y + 16,
      familyWord(row.families, legend),
      'family',
    )}${words.map((line, index) => text(left, first + 14 * index, line, 'mono'))}${reasonPart(
      reason,
      { x: left, y: first + 1 + 14 * words.length },
      isStacked ? width - 20 : room + CHIP,
    )}${chip(row, { x: x + width - CHIP - 4, y: y + 3 }, legend)}</g
  >`
  return { markup, height }
}

/** It gives way to what came of the rule while a packet is traced, in the same room. */
const reasonPart = (reason: string, { x, y }: Point, room: number): Markup =>
  html`<text x="${round(x)}" y="${round(y)}" class="small reason" data-room="${room}"
    >${fit(reason, room, small)}</text
  >`

const reasonText = ({ origin }: LadderRow): string =>
  origin.comment === undefined ? origin.reason : `${origin.comment} · ${origin.reason}`

function chip({ table, action }: LadderRow, { x, y }: Point, legend: Legend): Markup {
  const hue = table === undefined ? undefined : legend.hueOfTable(table)
  const words = table === undefined ? action : legend.titleOfTable(table)
  const isEnd = table === undefined && !action.startsWith('goto')
  return html`<g class="chip${hueName(hue)}${isEnd ? ' end' : ''}"
    >${box(x, y, CHIP, 17, 'chipbox')}${
      hue === undefined ? undefined : shapeAt({ x: x + 11, y: y + 8.5 }, hue)
    }${text(x + (hue === undefined ? 8 : 21), y + 12.5, fit(words, CHIP - 26, plain), 'plain')}</g
  >`
}

/** Where the line of a table’s exit begins. */
export interface ExitPort {
  readonly line: CardLine
  readonly exit: Exit
  readonly y: number
}

export interface DrawnCard extends Drawn {
  readonly ports: readonly ExitPort[]
}

const HEAD = 27
const LINE = 19

export const cardHeight = ({ lines }: Card): number =>
  HEAD + 6 + lines.reduce((sum, { exits }) => sum + LINE * Math.max(1, exits.length), 0)

export function cardPart(card: Card, { x, y }: Point, width: number, legend: Legend): DrawnCard {
  const hue = legend.hueOfTable(card.table)
  const ports: ExitPort[] = []
  const lines: Markup[] = []
  let top = y + HEAD
  for (const line of card.lines) {
    const height = LINE * Math.max(1, line.exits.length)
    lines.push(linePart(line, { x, y: top }, width, legend))
    ports.push(...line.exits.map((exit, index) => ({ line, exit, y: top + LINE * index + LINE / 2 })))
    top += height
  }
  const height = cardHeight(card)
  const number = card.number === undefined ? '' : `table ${card.number}`
  const markup = html`<g class="card${hueName(hue)}" data-key="${card.key}"
    >${box(x, y, width, height, 'cardbox')}${
      hue === undefined ? undefined : shapeAt({ x: x + 15, y: y + 14 }, hue)
    }${text(x + (hue === undefined ? 10 : 27), y + 18, fit(card.title, width - 100, bold), 'bold')}${text(
      x + width - 10,
      y + 18,
      number,
      'small right',
    )}${lines}</g
  >`
  return { markup, height, ports }
}

/** Where a line’s exits begin, from its end. */
const EXIT = 102

function linePart(line: CardLine, { x, y }: Point, width: number, legend: Legend): Markup {
  const exits = line.isNetwork ? [] : line.exits
  const words = line.choice === undefined ? line.text : `${line.choice}. ${line.text}`
  const family = familyWord(line.families, legend)
  const room = width - 20 - (exits.length === 0 ? 0 : EXIT) - (family === '' ? 0 : FAMILY)
  const shown = fit(words, room, mono)
  const left = x + width - EXIT
  return html`<g
    class="line${line.isNetwork ? ' quiet' : ''}${line.isFollowed ? ' followed' : ''}"
    data-key="${line.key}"
    ><title>${words}${line.metric === undefined ? '' : `, metric ${line.metric}`}</title
    >${box(x + 3, y, width - 6, LINE * Math.max(1, line.exits.length), 'hit')}${text(x + 10, y + 13, shown, 'mono')}${text(
      x + 16 + widthOf(shown, mono),
      y + 13,
      family,
      'family',
    )}${exits.map((exit, index) => {
      const hue = legend.hueOfWay(exit.way)
      return [
        hue === undefined ? undefined : shapeAt({ x: left + 6, y: y + LINE / 2 + LINE * index }, hue),
        text(left + 16, y + 13 + LINE * index, fit(labelOf(line, exit, legend), EXIT - 24, small), 'small'),
      ]
    })}</g
  >`
}

function labelOf({ metric, exits }: CardLine, exit: Exit, legend: Legend): string {
  const weight = exits.length > 1 ? ` ×${exit.weight ?? 1}` : ''
  return `${legend.titleOfExit(exit)}${weight}${metric === undefined || exits.length > 1 ? '' : ` · ${metric}`}`
}

export const linkHeight = ({ lines }: LinkBox): number => 26 + 14 * lines.length + 4

export const linkPart = (link: LinkBox, { x, y }: Point, width: number): Drawn => ({
  height: linkHeight(link),
  markup: html`<g class="link" data-key="${link.key}"
    ><title>${link.name}: ${link.lines.join(', ')}</title>${box(
      x,
      y,
      width,
      linkHeight(link),
      'linkbox',
    )}${text(x + 10, y + 18, link.name, 'bold')}${link.lines.map((line, index) =>
      text(x + 10, y + 34 + 14 * index, fit(line, width - 16, { ...mono, size: 10.5 }), 'mono tiny'),
    )}</g
  >`,
})

export const wayHeight = ({ lines }: Way): number => 26 + 14 * lines.length + 2

export function wayPart(way: Way, { x, y }: Point, width: number): Drawn {
  const height = wayHeight(way)
  const { hue } = way
  const markup = html`<g class="way ${way.kind}${hueName(hue)}" data-key="${way.key}"
    ><title>${way.kind} ${way.title}: ${way.lines.join(', ')}</title>${box(
      x,
      y,
      width,
      height,
      'waybox',
    )}${hue === undefined ? undefined : shapeAt({ x: x + 15, y: y + 14 }, hue)}${text(
      x + (hue === undefined ? 10 : 27),
      y + 18,
      fit(way.title, width - 34, bold),
      'bold',
    )}${way.lines.map((line, index) =>
      text(x + 10, y + 34 + 14 * index, fit(line, width - 16, { ...mono, size: 10.5 }), 'mono tiny'),
    )}</g
  >`
  return { markup, height }
}

/** What a line between two parts is called, so that it can light up. */
export interface Ends {
  readonly from: string
  readonly to: string
}

/** From a part to another by way of one lane that runs up or down; with an arrow where it ends. */
export function lane(start: Point, x: number, end: Point, ends: Ends, classes: string): Markup {
  const out = start.x < x ? 1 : -1
  const back = x < end.x ? 1 : -1
  const down = start.y < end.y ? 1 : -1
  const radius = Math.min(6, Math.abs(end.y - start.y) / 2)
  const corners =
    radius < 1
      ? `M${round(start.x)} ${round(start.y)}H${round(end.x)}`
      : [
          `M${round(start.x)} ${round(start.y)}`,
          `H${round(x - radius * out)}`,
          `Q${round(x)} ${round(start.y)} ${round(x)} ${round(start.y + radius * down)}`,
          `V${round(end.y - radius * down)}`,
          `Q${round(x)} ${round(end.y)} ${round(x + radius * back)} ${round(end.y)}`,
          `H${round(end.x)}`,
        ].join('')
  return edge(`${corners}${arrow(end, back)}`, ends, classes)
}

const arrow = ({ x, y }: Point, direction: number): string =>
  `M${round(x - 5 * direction)} ${round(y - 3.5)}L${round(x)} ${round(y)}L${round(x - 5 * direction)} ${round(y + 3.5)}`

export const edge = (d: string, { from, to }: Ends, classes: string): Markup =>
  html`<path class="edge ${classes}" data-from="${from}" data-to="${to}" d="${d}" />`

/** Among themselves: one that lights up comes to the front of these alone. */
export const edges = (parts: readonly Markup[]): Markup => html`<g>${parts}</g>`

export const entryPart = (key: string, words: string, { x, y }: Point, width: number): Markup =>
  html`<g class="entry" data-key="${key}"
    >${box(x, y, width, 22, 'entrybox')}${text(x + 9, y + 15, fit(words, width - 14, plain), 'plain')}</g
  >`

/** Taller for its width than what is left of a sheet of paper below the packet. */
const TALL = 0.65

/** The drawing as one image with a text in its place. */
export const drawing = (
  classes: string,
  width: number,
  height: number,
  label: string,
  parts: readonly Markup[],
): Markup =>
  html`<svg
    class="drawing ${classes}${height > TALL * width ? ' tall' : ''}"
    viewBox="-2 0 ${width + 4} ${Math.ceil(height)}"
    role="img"
    ${attribute('aria-label', label)}
  >
    ${parts}
  </svg>`
