// Typed access to untrusted JSON.

export type Fields = { readonly [name: string]: unknown }

const isFields = (value: unknown): value is Fields =>
  typeof value === 'object' && value !== null && !Array.isArray(value)

/** The objects of a list; empty for other values. `ip` writes an empty object for each filtered item. */
export const listOf = (value: unknown): readonly Fields[] =>
  Array.isArray(value) ? value.filter(isFields).filter((fields) => Object.keys(fields).length > 0) : []

export const fieldsOf = (value: unknown): Fields => (isFields(value) ? value : {})

export const textOf = (value: unknown): string | undefined => {
  if (typeof value === 'number') return String(value)
  return typeof value === 'string' ? value : undefined
}

/** `7`, `"7"`, `"0x7"`. */
export function numberOf(value: unknown): number | undefined {
  const number = typeof value === 'string' && value !== '' ? Number(value) : value
  return typeof number === 'number' && Number.isInteger(number) ? number : undefined
}

export const tokensOf = (value: unknown): readonly string[] =>
  Array.isArray(value) ? value.filter((one): one is string => typeof one === 'string') : []

/** Names and values of some fields, as tokens. */
export const attributesOf = (
  fields: Fields,
  isWanted: (entry: readonly [string, unknown]) => boolean,
): readonly string[] =>
  Object.entries(fields)
    .filter(isWanted)
    .flatMap(([key, value]) => [key, textOf(value) ?? []].flat())
