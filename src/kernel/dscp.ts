// Differentiated services code points (DSCP): the upper six bits of the TOS octet.

/**
 * Names of RFC 2474, 2597, 3246, 5865 and 8622. Output has only numbers: ip(8) knows the names in capitals alone, and
 * reads `ef` as the hexadecimal octet 0xef.
 */
export const dscpNames: Readonly<Record<string, number>> = {
  default: 0,
  le: 1,
  'voice-admit': 44,
  ef: 46,
  ...Object.fromEntries([0, 1, 2, 3, 4, 5, 6, 7].map((precedence) => [`cs${precedence}`, precedence * 8])),
  ...Object.fromEntries(
    [1, 2, 3, 4].flatMap((group) => [1, 2, 3].map((drop) => [`af${group}${drop}`, group * 8 + drop * 2])),
  ),
}

/** FRA_DSCP, 0…63: a number, or a name in any case. */
export function parseDscp(text: string): number | undefined {
  const name = text.toLowerCase()
  if (Object.hasOwn(dscpNames, name)) return dscpNames[name]
  const number = /^(?:0x[0-9a-f]{1,2}|0|[1-9]\d?)$/.test(name) ? Number(name) : Number.NaN
  return number <= 63 ? number : undefined
}
