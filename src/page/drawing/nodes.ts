// The parts of a drawing, each at its place: rungs of the ladder, tables, links, what lies beyond them.
import type { Family } from '../../kernel/family.js'
import { familyName } from '../../kernel/family.js'
import type { TableCard, CardLine, Exit } from '../model/tables.js'
import { fit, widthOf, wrap, type Face } from './text-metrics.js'
import { box, round, shapeAt, text, type Point } from './svg.js'
import type { GatewayStyle } from '../model/gateway-style.js'
import type { RuleRow } from '../model/rule-rows.js'
import { html, type Markup } from '../markup.js'
import type { LinkBox, UplinkNode } from '../model/links.js'

/** A part with its height, and where lines come in and go out. */
export interface Drawn {
  readonly markup: Markup
  readonly height: number
}

/** What the parts look up: who a table or a way belongs to, and how it is called. */
export interface Legend {
  readonly styleOfTable: (table: number) => GatewayStyle | undefined
  readonly styleOfUplink: (key: string | undefined) => GatewayStyle | undefined
  readonly titleOfTable: (table: number) => string
  readonly titleOfExit: (exit: Exit) => string
  readonly hasBothFamilies: boolean
}

export const mono: Face = { size: 11.5, isMono: true }
export const small: Face = { size: 10.5, isMono: false }
const plain: Face = { size: 12, isMono: false }
const bold: Face = { size: 13, isMono: false }

const styleName = (hue: GatewayStyle | undefined): string => (hue === undefined ? '' : ` ${hue.name}`)

/** `IPv4` where the other family does without. */
const familyWord = (families: readonly Family[], { hasBothFamilies }: Legend): string =>
  hasBothFamilies && families.length === 1 ? families.map(familyName).join() : ''

export interface RowPosition {
  readonly x: number
  readonly width: number
  /** Everything below each other, for a narrow screen. */
  readonly isStacked: boolean
}

const PREF = 44
const FAMILY = 34
const CHIP = 108

export function rowPart(row: RuleRow, y: number, place: RowPosition, legend: Legend): Drawn {
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

const reasonText = ({ origin }: RuleRow): string =>
  origin.comment === undefined ? origin.reason : `${origin.comment} · ${origin.reason}`

function chip({ table, action }: RuleRow, { x, y }: Point, legend: Legend): Markup {
  const hue = table === undefined ? undefined : legend.styleOfTable(table)
  const words = table === undefined ? action : legend.titleOfTable(table)
  const isEnd = table === undefined && !action.startsWith('goto')
  return html`<g class="chip${styleName(hue)}${isEnd ? ' end' : ''}"
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

export interface DrawnTable extends Drawn {
  readonly ports: readonly ExitPort[]
}

const HEAD = 27
const LINE = 19

export const cardHeight = ({ lines }: TableCard): number =>
  HEAD + 6 + lines.reduce((sum, { exits }) => sum + LINE * Math.max(1, exits.length), 0)

export function cardPart(card: TableCard, { x, y }: Point, width: number, legend: Legend): DrawnTable {
  const hue = legend.styleOfTable(card.table)
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
  const markup = html`<g class="card${styleName(hue)}" data-key="${card.key}"
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
      const hue = legend.styleOfUplink(exit.way)
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

export const uplinkHeight = ({ lines }: UplinkNode): number => 26 + 14 * lines.length + 2

export function uplinkPart(way: UplinkNode, { x, y }: Point, width: number): Drawn {
  const height = uplinkHeight(way)
  const { hue } = way
  const markup = html`<g class="way ${way.kind}${styleName(hue)}" data-key="${way.key}"
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

export const entryPart = (key: string, words: string, { x, y }: Point, width: number): Markup =>
  html`<g class="entry" data-key="${key}"
    >${box(x, y, width, 22, 'entrybox')}${text(x + 9, y + 15, fit(words, width - 14, plain), 'plain')}</g
  >`
