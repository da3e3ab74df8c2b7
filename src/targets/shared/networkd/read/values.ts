// Values of systemd's settings: booleans, sizes, time spans, patterns of names.
import { parseAddress, type Address } from '../../../../kernel/address.js'
import { parseMac } from '../../../../kernel/mac.js'
import { hostPrefix, parsePrefix, type Prefix } from '../../../../kernel/prefix.js'
import { isReservedTable, MAX_TABLE, reservedTableNames, type TableId } from '../../../../kernel/table.js'
import type { Handler } from './units.js'

/** parse_boolean() in src/basic/parse-util.c. */
export function parseBoolean(text: string): boolean | undefined {
  if (/^(?:1|yes|y|true|t|on)$/i.test(text)) return true
  return /^(?:0|no|n|false|f|off)$/i.test(text) ? false : undefined
}

export const booleanHandler =
  (set: (value: boolean | undefined) => void): Handler =>
  (text) => {
    const value = parseBoolean(text)
    if (value === undefined && text !== '') return 'the value is neither yes nor no'
    set(value)
    return undefined
  }

/** A decimal or hexadecimal number in the range. */
export function parseNumber(text: string, min: number, max: number): number | undefined {
  const value = /^(?:0x[\da-f]{1,8}|0|[1-9]\d{0,9})$/i.test(text) ? Number(text) : Number.NaN
  return value >= min && value <= max ? value : undefined
}

export const numberHandler =
  (min: number, max: number, set: (value: number | undefined) => void): Handler =>
  (text) => {
    const value = parseNumber(text, min, max)
    if (value === undefined && text !== '') return `the value is no number from ${min} to ${max}`
    set(value)
    return undefined
  }

/** `1500`, `9K`: the units are of 1024 bytes. */
export function parseBytes(text: string): number | undefined {
  const [, digits, unit = ''] = /^(\d{1,9})\s*([KMG]?)$/.exec(text) ?? []
  return digits === undefined ? undefined : Number(digits) * 1024 ** ['', 'K', 'M', 'G'].indexOf(unit)
}

const units: Readonly<Record<string, number>> = {
  us: 0.001,
  ms: 1,
  '': 1000,
  s: 1000,
  sec: 1000,
  second: 1000,
  seconds: 1000,
  m: 60_000,
  min: 60_000,
}

/** systemd.time(7): `100ms`, `15`, `1s 500ms`; in milliseconds. */
export function parseMilliseconds(text: string): number | undefined {
  const parts = text.trim().split(/\s+(?=\d)/)
  let sum = 0
  for (const part of parts) {
    const [, digits, unit = ''] = /^(\d{1,9}(?:\.\d{1,9})?)\s*([a-z]*)$/.exec(part) ?? []
    const factor = Object.hasOwn(units, unit) ? units[unit] : undefined
    if (digits === undefined || factor === undefined) return undefined
    sum += Number(digits) * factor
  }
  return Number.isFinite(sum) ? sum : undefined
}

/** parse_hw_addr_full() of systemd. */
export const parseHardwareAddress = (text: string): string | undefined => parseMac(text, ':-.')

/** in4_addr_default_prefixlen(): an address without a length has that of its class. */
export function parseInterfaceAddress(text: string): Prefix | undefined {
  const address = parseAddress(text)
  if (address === undefined) return parsePrefix(text)
  if (address.family === 'inet6') return hostPrefix(address)
  const first = Number(address.text.split('.')[0])
  if (first >= 224) return undefined
  return { family: 'inet', address, length: first < 128 ? 8 : first < 192 ? 16 : 24 }
}

/** `192.0.2.53`, `192.0.2.53:53`, `[2001:db8::53]:53`, `192.0.2.53%eth0#name`: the address of a server. */
export function parseServer(text: string): Address | undefined {
  const [bare = ''] = text.split(/[#%]/, 1)
  const inner = /^\[([^\]]*)\](?::\d+)?$/.exec(bare)?.[1] ?? /^([\d.]+):\d+$/.exec(bare)?.[1] ?? bare
  return parseAddress(inner)
}

/** A number, or a name of the kernel or of `RouteTable=`: networkd does not read rt_tables. */
export function parseTable(text: string, names: ReadonlyMap<string, TableId>): TableId | undefined {
  const named =
    names.get(text) ?? (Object.hasOwn(reservedTableNames, text) ? reservedTableNames[text] : undefined)
  const table = named ?? parseNumber(text, 1, MAX_TABLE)
  return table === 0 ? undefined : table
}

export const isTableName = (name: string): boolean =>
  /^[^\s:]+$/.test(name) && !/^\d+$/.test(name) && !isReservedTable(reservedTableNames[name] ?? 1)

/** fnmatch(3) with `*`, `?` and `[…]`, in time proportional to the product of the lengths. */
export function matchesGlob(pattern: string, name: string): boolean {
  const items = pattern.replace(/\*+/g, '*').match(/\[[!^]?\]?[^\]]*\]|\\?./gsu) ?? []
  let states = new Set([0])
  /** A star may match nothing. */
  const spread = (reached: Iterable<number>): Set<number> => {
    const all = new Set<number>()
    for (let at of reached) {
      all.add(at)
      while (items[at] === '*') all.add(++at)
    }
    return all
  }
  states = spread(states)
  for (const character of name) {
    const next: number[] = []
    for (const at of states) {
      const item = items[at]
      if (item === '*') next.push(at)
      else if (item !== undefined && matchesItem(item, character)) next.push(at + 1)
    }
    states = spread(next)
  }
  return states.has(items.length)
}

function matchesItem(item: string, character: string): boolean {
  if (item === '?') return true
  if (!item.startsWith('[') || item.length < 3) return item.replace(/^\\(?=.)/, '') === character
  const isInverted = item[1] === '!' || item[1] === '^'
  const list = item.slice(isInverted ? 2 : 1, -1)
  let isIn = false
  for (let index = 0; index < list.length; index++) {
    const first = list.charAt(index)
    if (list[index + 1] === '-' && index + 2 < list.length) {
      isIn ||= first <= character && character <= list.charAt(index + 2)
      index += 2
    } else isIn ||= first === character
  }
  return isIn !== isInverted
}

export const isGlob = (name: string): boolean => /[*?[\\]/.test(name)
