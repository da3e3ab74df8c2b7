// Inclusive ranges of ports and uids.

/** FRA_SPORT_RANGE, FRA_DPORT_RANGE (1…65535), FRA_UID_RANGE (0…4294967294). `first` is not above `last`. */
export interface Range {
  readonly first: number
  readonly last: number
}

/** Parses `25` and `1000-1999`. Rejects reversed ranges and values out of bounds. */
export function parseRange(text: string, min: number, max: number): Range | undefined {
  const match = /^(0|[1-9]\d{0,9})(?:-(0|[1-9]\d{0,9}))?$/.exec(text)
  if (match === null) return undefined
  const first = Number(match[1])
  const last = match[2] === undefined ? first : Number(match[2])
  return first >= min && first <= last && last <= max ? { first, last } : undefined
}

/** `25` or `1000-1999`. */
export const formatRange = (range: Range): string =>
  range.first === range.last ? String(range.first) : `${range.first}-${range.last}`

/** For `uidrange`: ip-rule(8) requires both ends. */
export const formatRangeFull = (range: Range): string => `${range.first}-${range.last}`
