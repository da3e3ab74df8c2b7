// Style of a gateway: a colour and a shape, shown beside its name.

/** Okabe and Ito’s colours, which people with colour blindness can distinguish; style.css has their values. */
const COLORS = 6

/** Outline of each shape in a square of 10 by 10 around 0,0. */
export const outlines = {
  circle: 'M-4.5 0a4.5 4.5 0 1 0 9 0a4.5 4.5 0 1 0 -9 0z',
  triangle: 'M0 -5L5 4H-5z',
  square: 'M-4.2 -4.2H4.2V4.2H-4.2z',
  diamond: 'M0 -5.5L5.5 0L0 5.5L-5.5 0z',
  hexagon: 'M-5 0L-2.5 -4.4H2.5L5 0L2.5 4.4H-2.5z',
}

const shapes = Object.keys(outlines) as (keyof typeof outlines)[]

export interface GatewayStyle {
  /** Class in style.css: `gateway0`. */
  readonly className: string
  readonly shape: keyof typeof outlines
}

/** Thirty gateways differ: the numbers of colours and shapes have no common factor. */
export const gatewayStyleAt = (index: number): GatewayStyle => ({
  className: `gateway${index % COLORS}`,
  shape: shapes[index % shapes.length] ?? 'circle',
})
