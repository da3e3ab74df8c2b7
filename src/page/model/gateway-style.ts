// Style of a gateway: a colour and a shape, shown beside its name.

/** Okabe and Ito’s colours, which people with colour blindness can distinguish; style.css has their values. */
const COLORS = 6

const shapes = ['circle', 'triangle', 'square', 'diamond', 'hexagon'] as const
export type Shape = (typeof shapes)[number]

export interface GatewayStyle {
  /** Class in style.css: `gateway0`. */
  readonly className: string
  readonly shape: Shape
}

/** Thirty gateways differ: the numbers of colours and shapes have no common factor. */
export const gatewayStyleAt = (index: number): GatewayStyle => ({
  className: `gateway${index % COLORS}`,
  shape: shapes[index % shapes.length] ?? 'circle',
})

/** Outline of the shape in a square of 10 by 10 around 0,0. */
export function outlineOf(shape: Shape): string {
  switch (shape) {
    case 'circle':
      return 'M-4.5 0a4.5 4.5 0 1 0 9 0a4.5 4.5 0 1 0 -9 0z'
    case 'triangle':
      return 'M0 -5L5 4H-5z'
    case 'square':
      return 'M-4.2 -4.2H4.2V4.2H-4.2z'
    case 'diamond':
      return 'M0 -5.5L5.5 0L0 5.5L-5.5 0z'
    case 'hexagon':
      return 'M-5 0L-2.5 -4.4H2.5L5 0L2.5 4.4H-2.5z'
  }
}
