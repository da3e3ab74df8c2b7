// Which bits a packet is made of, and in which order they are asked.
import { addressBits, type Family } from '../kernel/family.js'

/** `srcSet`: IPv6 alone, whether the socket has a source already; IPv4 has 0.0.0.0 instead. */
export type FieldName =
  'oif' | 'srcSet' | 'dst' | 'src' | 'iif' | 'ipproto' | 'dport' | 'sport' | 'mark' | 'uid' | 'tos'

export interface Field {
  readonly name: FieldName
  /** Its first, and most significant, bit. */
  readonly first: number
  readonly width: number
}

export type Fields = Readonly<Record<FieldName, Field>>

/**
 * `oif` first, since a bound socket sees other routes; `dst` before `src`, since table local is asked of the former
 * before all rules: so a route to one of many networks does not repeat what is asked of the source.
 */
export function allocateFields(family: Family, links: number): Fields {
  // None, lo, and all others beside the named.
  const linkBits = Math.ceil(Math.log2(links + 3))
  const widths: readonly (readonly [FieldName, number])[] = [
    ['oif', linkBits],
    ['srcSet', family === 'inet6' ? 1 : 0],
    ['dst', addressBits(family)],
    ['src', addressBits(family)],
    ['iif', linkBits],
    ['ipproto', 8],
    ['dport', 16],
    ['sport', 16],
    ['mark', 32],
    ['uid', 32],
    ['tos', 8],
  ]
  let first = 0
  const fields: Partial<Record<FieldName, Field>> = {}
  for (const [name, width] of widths) {
    fields[name] = { name, first, width }
    first += width
  }
  return fields as Fields
}
