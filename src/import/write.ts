// Text of a description: one entry on a line where it fits, as people write it.
import { dump } from 'js-yaml'
import type { Written, WrittenMapping } from './describe/written.js'

const WIDTH = 110

/** `head`: lines of the comment at the top. */
export function writeDescription(description: WrittenMapping, head: readonly string[]): string {
  const lines = Object.entries(description).flatMap(([key, value]) =>
    value === undefined ? [] : topLevel(key, plain(value)),
  )
  return [...head.map((line) => (line === '' ? '#' : `# ${line}`)), ...lines, ''].join('\n')
}

/** Without keys whose value is undefined. */
function plain(value: Written): Written {
  if (Array.isArray(value)) return value.map((one: Written) => plain(one))
  if (typeof value !== 'object') return value
  return Object.fromEntries(
    Object.entries(value as WrittenMapping).flatMap(([key, one]) =>
      one === undefined ? [] : [[key, plain(one)]],
    ),
  )
}

const isMapping = (value: Written): value is WrittenMapping =>
  typeof value === 'object' && !Array.isArray(value)

function topLevel(key: string, value: Written): readonly string[] {
  const line = `${key}: ${flow(value)}`
  const isScalar = typeof value !== 'object'
  const isNames = Array.isArray(value) && value.every((one) => typeof one !== 'object')
  if (isScalar || ((isNames || key === 'default') && line.length <= WIDTH)) return [line]
  return [`${key}:`, ...entries(value, 1)]
}

/** Entries of a mapping or list, each on one line if it fits. */
function entries(value: Written, depth: number): readonly string[] {
  const indent = '  '.repeat(depth)
  if (Array.isArray(value))
    return value.flatMap((one: Written): readonly string[] => {
      const line = `${indent}- ${flow(one)}`
      if (line.length <= WIDTH || !isMapping(one)) return [line]
      return entries(one, depth + 1).map((part, index) =>
        index === 0 ? `${indent}- ${part.trimStart()}` : part,
      )
    })
  return Object.entries(value as WrittenMapping).flatMap(([key, one]): readonly string[] => {
    if (one === undefined) return []
    const name = scalar(key)
    const line = `${indent}${name}: ${flow(one)}`
    return line.length <= WIDTH || typeof one !== 'object'
      ? [line]
      : [`${indent}${name}:`, ...entries(one, depth + 1)]
  })
}

/** `{ link: eth0, via: 192.0.2.1 }`. */
function flow(value: Written): string {
  if (Array.isArray(value)) return `[${value.map((one: Written) => flow(one)).join(', ')}]`
  if (typeof value !== 'object') return scalar(value)
  const parts = Object.entries(value as WrittenMapping).flatMap(([key, one]) =>
    one === undefined ? [] : [`${scalar(key)}: ${flow(one)}`],
  )
  return parts.length === 0 ? '{}' : `{ ${parts.join(', ')} }`
}

/** In a sequence in flow style, where a scalar needs the most quotes. */
const scalar = (value: string | number | boolean): string => {
  if (typeof value !== 'string') return String(value)
  if (HEX.test(value) || (PLAIN.test(value) && !RESERVED.test(value))) return value
  return dump([value], { flowLevel: 0, lineWidth: -1 }).trim().slice(1, -1)
}

/** A mark or TOS, which this language reads as text or number alike. */
const HEX = /^0x[\da-f]+(?:\/0x[\da-f]+)?$/

/** Names, addresses and networks that are text in every YAML without quotes; the library is asked about all others. */
const PLAIN = /^[a-z][\w/-]*(?:\.[a-z][\w/-]*)*$|^\d+(?:\.\d+){3}(?:\/\d+)?$/i
const RESERVED = /^(?:true|false|yes|no|on|off|y|n|null|nan)$/i
