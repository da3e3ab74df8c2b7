// Descriptions of wrong values, and the fix that is most likely meant.

/** ``the text `yes` ``, `a list`, and `the number 1.30` where it is `written` so. */
export function describeValue(value: unknown, written?: string): string {
  if (value === null || value === undefined) return 'nothing'
  if (typeof value === 'string') return value === '' ? 'an empty text' : `the text \`${shorten(value)}\``
  if (typeof value === 'number') return `the number ${written ?? value}`
  if (typeof value === 'boolean') return `\`${value}\``
  return Array.isArray(value) ? 'a list' : 'a mapping'
}

/** For messages: the text can have a megabyte. */
export const shorten = (text: string): string => (text.length > 60 ? `${text.slice(0, 60)}…` : text)

export type Wanted = 'text' | 'number' | 'boolean' | 'list' | 'mapping' | 'other'

/** The fix for a value of the wrong type. */
export function fixForType(wanted: Wanted, value: unknown): string | undefined {
  if (value === null || value === undefined)
    return wanted === 'mapping' ? 'Write `{}` for an empty mapping.' : 'Write a value, or remove the key.'
  if (wanted === 'boolean') return fixForBoolean(value)
  if (wanted === 'number' && typeof value === 'string') return fixForNumber(value)
  if (typeof value === 'string' && wanted === 'list') {
    const entries = value.split(/[\s,;]+/).filter((entry) => entry !== '')
    return `Write it as a list: [${shorten(entries.join(', '))}].`
  }
  if (wanted === 'text' && (typeof value === 'number' || typeof value === 'boolean'))
    return 'Write it in quotes.'
  if (wanted === 'mapping' && Array.isArray(value)) return 'Write `key: value`, without the `-` or brackets.'
  if (wanted === 'list' && ['string', 'number'].includes(typeof value))
    return `Write it as a list: [${shorten(String(value))}].`
  return cutAddress(value)
}

function fixForNumber(text: string): string | undefined {
  if (/^(?:\d+|0x[0-9a-f]+)$/i.test(text)) return 'Write it without quotes.'
  if (text.toLowerCase() === 'auto') return 'Remove the key: the default is automatic.'
  const [, number] = /^(\d+)\s*[a-z%]+$/i.exec(text) ?? []
  if (number !== undefined) return `Write the number alone: ${number}.`
  const digits = text.replace(/[,_' ]/g, '')
  return /^\d+$/.test(digits) ? `Write ${digits}.` : undefined
}

function fixForBoolean(value: unknown): string | undefined {
  if (typeof value !== 'string' && typeof value !== 'number') return undefined
  const word = String(value).toLowerCase()
  if (word === 'true' || word === 'false') return `Write it without quotes: \`${word}\`.`
  if (['yes', 'y', 'on', 'true', '1', 'enable', 'enabled'].includes(word)) return 'Write `true`.'
  if (['no', 'n', 'off', 'false', '0', 'disable', 'disabled'].includes(word)) return 'Write `false`.'
  return undefined
}

/** YAML reads `- 2001:db8::` as a key without a value. */
function cutAddress(value: unknown): string | undefined {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return undefined
  const [entry, ...others] = Object.entries(value)
  if (entry === undefined || others.length > 0 || entry[1] !== null || !entry[0].includes(':'))
    return undefined
  return `Quote the address: "${shorten(entry[0])}:".`
}
