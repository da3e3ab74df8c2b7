// What a drawing is made of: text, boxes, gateways’ shapes, lines with an arrow at their end, and the whole.
import { outlineOf, type GatewayStyle } from '../model/gateway-style.js'
import { attribute, html, type Markup } from '../markup.js'

export interface Point {
  readonly x: number
  readonly y: number
}

/** A tenth of a pixel is more than an eye sees. */
export const round = (value: number): number => Math.round(value * 10) / 10

export const text = (x: number, y: number, words: string, classes: string): Markup =>
  html`<text x="${round(x)}" y="${round(y)}" class="${classes}">${words}</text>`

export const shapeAt = ({ x, y }: Point, hue: GatewayStyle): Markup =>
  html`<path
    class="shape ${hue.name}"
    transform="translate(${round(x)} ${round(y)})"
    d="${outlineOf(hue.shape)}"
  />`

export const box = (x: number, y: number, width: number, height: number, classes: string): Markup =>
  html`<rect
    x="${round(x)}"
    y="${round(y)}"
    width="${round(width)}"
    height="${round(height)}"
    rx="5"
    class="${classes}"
  />`

/** What a line between two parts is called, so that it can light up. */
export interface Ends {
  readonly from: string
  readonly to: string
}

/** What a lane joins, and how it looks. */
export interface Join {
  readonly ends: Ends
  readonly classes: string
}

/** From a part to another by way of one lane that runs up or down; with an arrow where it ends. */
export function lane(start: Point, x: number, end: Point, { ends, classes }: Join): Markup {
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
