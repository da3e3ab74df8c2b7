// Packet fields and their variable order in the decision diagrams.
import { addressBits, type Family } from '../kernel/family.js'

export type FieldName = keyof ReturnType<typeof fieldWidths>

export interface Field {
  readonly name: FieldName
  /** Its most significant bit, which comes first. */
  readonly first: number
  readonly width: number
}

export type Fields = Readonly<Record<FieldName, Field>>

/**
 * `oif` comes first, since a bound socket sees other routes. `dst` comes before `src`, since table local tests only
 * `dst` before all rules: the other order would repeat the tests of `src` for every destination network.
 */
const fieldWidths = (family: Family, linkBits: number) => ({
  oif: linkBits,
  /** Whether the packet has a source. In IPv4 the source 0.0.0.0 says that it has none. */
  srcSet: family === 'inet6' ? 1 : 0,
  dst: addressBits(family),
  src: addressBits(family),
  iif: linkBits,
  ipproto: 8,
  dport: 16,
  sport: 16,
  mark: 32,
  uid: 32,
  tos: 8,
})

export function allocateFields(family: Family, links: number): Fields {
  // Plus three codes: no link, lo, and any unnamed link.
  const widths = Object.entries(fieldWidths(family, Math.ceil(Math.log2(links + 3))))
  let first = 0
  const fields = widths.map(([name, width]) => {
    first += width
    return [name, { name, first: first - width, width }]
  })
  return Object.fromEntries(fields) as Fields
}
