// SVG elements of the drawing: text, boxes, shapes of gateways, edges with arrows, and the whole image.
import { outlines, type GatewayStyle } from '../model/gateway-style.js'
import { attribute, html, type Markup } from '../markup.js'

export interface Point {
  readonly x: number
  readonly y: number
}

/** To a tenth of a pixel. */
export const round = (value: number): number => Math.round(value * 10) / 10

export const text = (x: number, y: number, content: string, classes: string): Markup =>
  html`<text x="${round(x)}" y="${round(y)}" class="${classes}">${content}</text>`

export const shapeAt = ({ x, y }: Point, { className, shape }: GatewayStyle): Markup =>
  html`<path
    class="shape ${className}"
    transform="translate(${round(x)} ${round(y)})"
    d="${outlines[shape]}"
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

/** Keys of the nodes that an edge joins, by which the script finds it. */
export interface Ends {
  readonly from: string
  readonly to: string
}

/** An edge with an arrow that runs up or down one lane, at `x`. */
export function lane(start: Point, x: number, end: Point, ends: Ends, classes: string): Markup {
  const down = start.y < end.y ? 1 : -1
  const radius = Math.min(6, Math.abs(end.y - start.y) / 2)
  const corners =
    radius < 1
      ? `M${round(start.x)} ${round(start.y)}H${round(end.x)}`
      : [
          `M${round(start.x)} ${round(start.y)}`,
          `H${round(x - radius)}`,
          `Q${round(x)} ${round(start.y)} ${round(x)} ${round(start.y + radius * down)}`,
          `V${round(end.y - radius * down)}`,
          `Q${round(x)} ${round(end.y)} ${round(x + radius)} ${round(end.y)}`,
          `H${round(end.x)}`,
        ].join('')
  return edge(`${corners}${arrow(end)}`, ends, classes)
}

const arrow = ({ x, y }: Point): string =>
  `M${round(x - 5)} ${round(y - 3.5)}L${round(x)} ${round(y)}L${round(x - 5)} ${round(y + 3.5)}`

export const edge = (d: string, { from, to }: Ends, classes: string): Markup =>
  html`<path class="edge ${classes}" data-from="${from}" data-to="${to}" d="${d}" />`

/** A group, so that a highlighted edge moves to the front of other edges and stays behind the nodes. */
export const edges = (parts: readonly Markup[]): Markup => html`<g>${parts}</g>`

/** A drawing of greater height for its width gets a sheet of paper of its own. */
const TALL = 0.65

export const svg = (width: number, height: number, label: string, parts: readonly Markup[]): Markup =>
  html`<svg
    class="drawing${height > TALL * width ? ' tall' : ''}"
    viewBox="-2 0 ${width + 4} ${Math.ceil(height)}"
    role="img"
    ${attribute('aria-label', label)}
  >
    ${parts}
  </svg>`
