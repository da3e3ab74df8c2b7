// Words of nft(8): names of links as text, marks under their masks with constants alone, as nftables 0.9 wants them.
import type { Fwmark } from '../kernel/fwmark.js'

/** A connection's mark, or a packet's. */
export type MarkOf = 'ct mark' | 'meta mark'

/**
 * Between quotation marks nft knows no escape, and takes a last `*` for "whatever follows"; so what it cannot quote is
 * refused. Names of links hold none of it (kernel/link.ts).
 */
export function linkText(name: string): string {
  if (!/^[A-Za-z0-9._-]+$/.test(name)) throw new Error(`nft cannot quote ${JSON.stringify(name)}`)
  return `"${name}"`
}

const hex = (value: number): string => `0x${value.toString(16).padStart(8, '0')}`

/** `ct mark & 0x0000ff00 == 0x00000100`. */
export const matchMark = (of: MarkOf, { value, mask }: Fwmark): string =>
  `${of} & ${hex(mask)} == ${hex(value)}`

/** Bits outside the mask stay as they are. */
export const setMark = (of: MarkOf, { value, mask }: Fwmark): string =>
  `${of} set ${of} & ${hex(~mask >>> 0)} | ${hex(value)}`

/** Bits that belong to any of these. */
const unionOf = (marks: readonly Fwmark[]): number => marks.reduce((bits, { mask }) => (bits | mask) >>> 0, 0)

export const matchNoMark = (of: MarkOf, marks: readonly Fwmark[]): string =>
  `${of} & ${hex(unionOf(marks))} == ${hex(0)}`

export const matchAnyMark = (of: MarkOf, marks: readonly Fwmark[]): string =>
  `${of} & ${hex(unionOf(marks))} != ${hex(0)}`
