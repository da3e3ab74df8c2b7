// Values of a description as they stand in YAML.
import { MAX_COMMENT } from '../../description/schema/text.js'

export type Written = string | number | boolean | readonly Written[] | WrittenMapping

/** A key whose value is undefined is left out. */
export interface WrittenMapping {
  readonly [key: string]: Written | undefined
}

/** undefined for an empty list, which most keys do not take. */
export const list = (values: readonly Written[]): readonly Written[] | undefined =>
  values.length === 0 ? undefined : values

/** One value stands alone. */
export const oneOrMany = (values: readonly Written[]): Written | undefined =>
  values.length === 1 ? values[0] : list(values)

export const mapping = (
  entries: readonly (readonly [string, Written | undefined])[],
): WrittenMapping | undefined => (entries.length === 0 ? undefined : Object.fromEntries(entries))

/** As `comment` takes it (src/description/schema/text.ts): no shell syntax, one line. */
export function commentText(comment: string | undefined): string | undefined {
  const text = comment
    ?.replace(/["`]/g, "'")
    .replace(/[$\\]/g, '')
    .replace(/[\u0000-\u001f\u007f]+/g, ' ')
    .trim()
  return text === undefined || text === '' ? undefined : [...text].slice(0, MAX_COMMENT).join('')
}
