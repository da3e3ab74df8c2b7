// Firewall marks with their masks.

/** FRA_FWMARK and FRA_FWMASK, 0…4294967295 each. */
export interface Fwmark {
  readonly value: number
  readonly mask: number
}

export const WHOLE_MARK = 0xffffffff

const NUMBER = /^(0x[0-9a-f]{1,8}|0|[1-9]\d{0,9})$/i

/** `256`, `0x100`, `0x100/0xff00`. Without a mask the whole mark counts. */
export function parseFwmark(text: string): Fwmark | undefined {
  const [value, mask, ...rest] = text.split('/')
  if (value === undefined || rest.length > 0 || !NUMBER.test(value)) return undefined
  if (mask !== undefined && !NUMBER.test(mask)) return undefined
  const parsed = { value: Number(value), mask: mask === undefined ? WHOLE_MARK : Number(mask) }
  return parsed.value <= WHOLE_MARK && parsed.mask <= WHOLE_MARK ? parsed : undefined
}

const hex = (value: number): string => `0x${value.toString(16)}`

/**
 * The argument of `ip rule … fwmark`. The mask is omitted if it is 0xffffffff, except for the value 0: without
 * FRA_FWMASK the kernel treats a mark of 0 as no selector (fib_nl2rule in net/core/fib_rules.c).
 */
export const formatFwmark = (mark: Fwmark): string =>
  mark.mask === WHOLE_MARK && mark.value !== 0 ? hex(mark.value) : `${hex(mark.value)}/${hex(mark.mask)}`

/** Whether some mark matches both. */
export const marksOverlap = (a: Fwmark, b: Fwmark): boolean => ((a.value ^ b.value) & a.mask & b.mask) === 0
