// Nodes of the drawing: rules, tables, links, and the gateways, routers and networks behind them.
import type { Family } from '../../kernel/family.js'
import { familyName } from '../../kernel/family.js'
import type { Exit, RouteLine, TableNode } from '../model/tables.js'
import { formatOrigin } from '../../plan/origin.js'
import { fit, widthOf, wrap, type Face } from './text-metrics.js'
import { box, round, shapeAt, text, type Point } from './svg.js'
import type { GatewayStyle } from '../model/gateway-style.js'
import type { RuleRow } from '../model/rule-rows.js'
import { html, type Markup } from '../markup.js'
import type { LinkBox, UplinkNode } from '../model/links.js'

export interface DrawnNode {
  readonly markup: Markup
  readonly height: number
}

/** Styles and titles that nodes show of each other. */
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

const classOf = (style: GatewayStyle | undefined): string =>
  style === undefined ? '' : ` ${style.className}`

/** `IPv4` where the host has both families and this has one. */
const familyLabel = (families: readonly Family[], { hasBothFamilies }: Legend): string =>
  hasBothFamilies && families.length === 1 ? families.map(familyName).join() : ''

const PREF_WIDTH = 44
const FAMILY_WIDTH = 34
const CHIP_WIDTH = 108

export function drawRow(row: RuleRow, { x, y }: Point, width: number, legend: Legend): DrawnNode {
  const left = x + 10 + PREF_WIDTH + FAMILY_WIDTH
  const room = width - PREF_WIDTH - FAMILY_WIDTH - CHIP_WIDTH - 20
  const lines = [row.selector, row.suppressor].flatMap((part) =>
    part === undefined ? [] : wrap(part, room, mono),
  )
  const reason = reasonText(row)
  const height = 28 + 14 * lines.length
  const markup = html`<g
    class="row${row.isKernels ? ' kernels' : ''}${row.isDynamic ? ' dynamic' : ''}"
    data-key="${row.key}"
    ><title>${row.pref}: ${row.selector} ${row.action}. ${reason}</title
    >${box(x, y + 1, width, height - 2, 'hit')}${text(x + 2 + PREF_WIDTH, y + 16, String(row.pref), 'pref')}${text(
      x + 10 + PREF_WIDTH,
      y + 16,
      familyLabel(row.families, legend),
      'family',
    )}${lines.map((line, index) => text(left, y + 16 + 14 * index, line, 'mono'))}${drawReason(
      reason,
      { x: left, y: y + 17 + 14 * lines.length },
      room + CHIP_WIDTH,
    )}${drawChip(row, { x: x + width - CHIP_WIDTH - 4, y: y + 3 }, legend)}</g
  >`
  return { markup, height }
}

/** While a packet is traced, the outcome of the rule replaces the reason. */
const drawReason = (reason: string, { x, y }: Point, room: number): Markup =>
  html`<text x="${round(x)}" y="${round(y)}" class="small reason" data-room="${room}"
    >${fit(reason, room, small)}</text
  >`

const reasonText = ({ origin }: RuleRow): string =>
  [...(origin.comment === undefined ? [] : [origin.comment]), formatOrigin(origin)].join(' · ')

/** The table that the rule looks up, or its other action. */
function drawChip({ table, action }: RuleRow, { x, y }: Point, legend: Legend): Markup {
  const style = table === undefined ? undefined : legend.styleOfTable(table)
  const label = table === undefined ? action : legend.titleOfTable(table)
  const isFinal = table === undefined && !action.startsWith('goto')
  return html`<g class="chip${classOf(style)}${isFinal ? ' final' : ''}"
    >${box(x, y, CHIP_WIDTH, 17, 'chipbox')}${
      style === undefined ? undefined : shapeAt({ x: x + 11, y: y + 8.5 }, style)
    }${text(x + (style === undefined ? 8 : 21), y + 12.5, fit(label, CHIP_WIDTH - 26, plain), 'plain')}</g
  >`
}

/** Start of the edge of a route’s exit. */
export interface ExitPort {
  readonly line: RouteLine
  readonly exit: Exit
  readonly y: number
}

export interface DrawnTable extends DrawnNode {
  readonly ports: readonly ExitPort[]
}

const HEAD = 27
const LINE = 19

export const tableHeight = ({ lines }: TableNode): number =>
  HEAD + 6 + lines.reduce((sum, { exits }) => sum + LINE * Math.max(1, exits.length), 0)

export function drawTable(table: TableNode, { x, y }: Point, width: number, legend: Legend): DrawnTable {
  const style = legend.styleOfTable(table.table)
  const ports: ExitPort[] = []
  const lines: Markup[] = []
  let top = y + HEAD
  for (const line of table.lines) {
    const lineTop = top
    lines.push(drawRoute(line, { x, y: lineTop }, width, legend))
    ports.push(...line.exits.map((exit, index) => ({ line, exit, y: lineTop + LINE * index + LINE / 2 })))
    top += LINE * Math.max(1, line.exits.length)
  }
  const height = tableHeight(table)
  const number = table.number === undefined ? '' : `table ${table.number}`
  const markup = html`<g class="table${classOf(style)}" data-key="${table.key}"
    >${box(x, y, width, height, 'tablebox')}${
      style === undefined ? undefined : shapeAt({ x: x + 15, y: y + 14 }, style)
    }${text(x + (style === undefined ? 10 : 27), y + 18, fit(table.title, width - 100, bold), 'bold')}${text(
      x + width - 10,
      y + 18,
      number,
      'small right',
    )}${lines}</g
  >`
  return { markup, height, ports }
}

const EXIT_WIDTH = 102

function drawRoute(line: RouteLine, { x, y }: Point, width: number, legend: Legend): Markup {
  const exits = line.isConnected ? [] : line.exits
  const label = line.choice === undefined ? line.text : `${line.choice}. ${line.text}`
  const family = familyLabel(line.families, legend)
  const room = width - 20 - (exits.length === 0 ? 0 : EXIT_WIDTH) - (family === '' ? 0 : FAMILY_WIDTH)
  const shown = fit(label, room, mono)
  const left = x + width - EXIT_WIDTH
  return html`<g
    class="line${line.isConnected ? ' connected' : ''}${line.isDynamic ? ' dynamic' : ''}"
    data-key="${line.key}"
    ><title>${label}${line.metric === undefined ? '' : `, metric ${line.metric}`}</title
    >${box(x + 3, y, width - 6, LINE * Math.max(1, line.exits.length), 'hit')}${text(x + 10, y + 13, shown, 'mono')}${text(
      x + 16 + widthOf(shown, mono),
      y + 13,
      family,
      'family',
    )}${exits.map((exit, index) => {
      const style = legend.styleOfUplink(exit.uplink)
      return [
        style === undefined ? undefined : shapeAt({ x: left + 6, y: y + LINE / 2 + LINE * index }, style),
        text(
          left + 16,
          y + 13 + LINE * index,
          fit(exitLabel(line, exit, legend), EXIT_WIDTH - 24, small),
          'small',
        ),
      ]
    })}</g
  >`
}

function exitLabel({ metric, exits }: RouteLine, exit: Exit, legend: Legend): string {
  const weight = exits.length > 1 ? ` ×${exit.weight ?? 1}` : ''
  return `${legend.titleOfExit(exit)}${weight}${metric === undefined || exits.length > 1 ? '' : ` · ${metric}`}`
}

export const linkHeight = ({ lines }: LinkBox): number => 26 + 14 * lines.length + 4

export const drawLink = (link: LinkBox, { x, y }: Point, width: number): Markup =>
  html`<g class="link" data-key="${link.key}"
    ><title>${link.name}: ${link.lines.join(', ')}</title>${box(
      x,
      y,
      width,
      linkHeight(link),
      'linkbox',
    )}${text(x + 10, y + 18, link.name, 'bold')}${link.lines.map((line, index) =>
      text(x + 10, y + 34 + 14 * index, fit(line, width - 16, { ...mono, size: 10.5 }), 'mono tiny'),
    )}</g
  >`

export const uplinkHeight = ({ lines }: UplinkNode): number => 26 + 14 * lines.length + 2

export function drawUplink(uplink: UplinkNode, { x, y }: Point, width: number): Markup {
  const { style } = uplink
  return html`<g class="uplink ${uplink.kind}${classOf(style)}" data-key="${uplink.key}"
    ><title>${uplink.kind} ${uplink.title}: ${uplink.lines.join(', ')}</title>${box(
      x,
      y,
      width,
      uplinkHeight(uplink),
      'uplinkbox',
    )}${style === undefined ? undefined : shapeAt({ x: x + 15, y: y + 14 }, style)}${text(
      x + (style === undefined ? 10 : 27),
      y + 18,
      fit(uplink.title, width - 34, bold),
      'bold',
    )}${uplink.lines.map((line, index) =>
      text(x + 10, y + 34 + 14 * index, fit(line, width - 16, { ...mono, size: 10.5 }), 'mono tiny'),
    )}</g
  >`
}

export const drawSource = (key: string, label: string, { x, y }: Point, width: number): Markup =>
  html`<g class="source" data-key="${key}"
    >${box(x, y, width, 22, 'sourcebox')}${text(x + 9, y + 15, fit(label, width - 14, plain), 'plain')}</g
  >`
