// Expressions of nft(8): link names and masked marks. nftables 0.9 accepts only constants in mark expressions.
import type { Fwmark } from '../kernel/fwmark.js'

/** A connection's mark, or a packet's. */
export type MarkOf = 'ct mark' | 'meta mark'

/**
 * Quotes a link name. Throws for characters that nft cannot quote: it has no escapes, and a final `*` is a wildcard.
 * Valid link names contain none of them (kernel/link.ts).
 */
export function linkText(name: string): string {
  if (!/^[A-Za-z0-9._-]+$/.test(name)) throw new Error(`nft cannot quote ${JSON.stringify(name)}`)
  return `"${name}"`
}

const hex = (value: number): string => `0x${value.toString(16).padStart(8, '0')}`

/** `ct mark & 0x0000ff00 == 0x00000100`. */
export const matchMark = (of: MarkOf, { value, mask }: Fwmark): string =>
  `${of} & ${hex(mask)} == ${hex(value)}`

/** Leaves the bits outside the mask unchanged. */
export const setMark = (of: MarkOf, { value, mask }: Fwmark): string =>
  `${of} set ${of} & ${hex(~mask >>> 0)} | ${hex(value)}`

/** The mark that `setMark` sets; undefined for other text. */
export function readMark(of: MarkOf, text: string): Fwmark | undefined {
  const [, kept = '', value = ''] = /& (0x[0-9a-f]{8}) \| (0x[0-9a-f]{8})$/.exec(text) ?? []
  const mark = { value: Number(value), mask: ~Number(kept) >>> 0 }
  return setMark(of, mark) === text ? mark : undefined
}

/** The bits of all masks. */
const unionOf = (marks: readonly Fwmark[]): number => marks.reduce((bits, { mask }) => (bits | mask) >>> 0, 0)

export const matchNoMark = (of: MarkOf, marks: readonly Fwmark[]): string =>
  `${of} & ${hex(unionOf(marks))} == ${hex(0)}`

export const matchAnyMark = (of: MarkOf, marks: readonly Fwmark[]): string =>
  `${of} & ${hex(unionOf(marks))} != ${hex(0)}`
