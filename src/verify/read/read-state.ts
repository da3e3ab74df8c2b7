// Reader for the output of the collecting line: the live state of a host, or problems.
import type { Family } from '../../kernel/family.js'
import { ok, type Result } from '../../stdlib/result.js'
import { listOf, type Fields } from './json.js'
import { END, MARK, SECTIONS, type Section } from '../collect.js'
import { readLink } from './links.js'
import { readRoute } from './routes.js'
import { readRule } from './rules.js'
import { hasFamily, type LiveState } from '../state.js'

/** `problems`: sentences for people. */
export type ReadState = Result<LiveState, { readonly problems: readonly string[] }>

export function readState(text: string): ReadState {
  const parts = partsOf(text)
  const sections = new Map(parts)
  const problems: string[] = []
  const again = parts.filter(([name], n) => parts.findIndex(([first]) => first === name) < n)
  if (again.length > 0)
    problems.push(
      `it has these sections twice: ${again.map(([name]) => name).join(', ')}; collect one host at a time`,
    )
  const missing = SECTIONS.filter((name) => !sections.has(name))
  if (missing.length === SECTIONS.length)
    return { ok: false, problems: ['it is not the output of the line that --print-gather prints'] }
  if (missing.length > 0) problems.push(`it lacks the sections: ${missing.join(', ')}`)
  if (!sections.has(END)) problems.push('it is truncated: its last line is missing')
  const program = sections.get('program') ?? ''
  if (sections.has('program') && !program.includes('iproute2'))
    problems.push('the host’s `ip` is not iproute2’s, which is needed for JSON (Busybox’s has none)')
  const list = (name: Section): readonly Fields[] => {
    const found = jsonOf(sections.get(name) ?? '')
    if (found === undefined) problems.push(`${name}: no JSON`)
    return found ?? []
  }
  const read = <T>(name: Section, reader: (fields: Fields) => T | undefined): readonly T[] =>
    list(name).flatMap((fields) => {
      const one = reader(fields)
      if (one === undefined) problems.push(`${name}: not understood: ${JSON.stringify(fields)}`)
      return one === undefined ? [] : [one]
    })
  const both = <T>(
    what: 'rules' | 'routes',
    reader: (family: Family, fields: Fields) => T | undefined,
  ): readonly T[] => [
    ...read(`${what} inet`, (fields) => reader('inet', fields)),
    ...read(`${what} inet6`, (fields) => reader('inet6', fields)),
  ]
  const state: LiveState = {
    program: program.replace('ip utility, ', ''),
    rules: both('rules', readRule),
    routes: both('routes', readRoute),
    links: read('links', readLink),
    ...readSysctls(sections.get('sysctls') ?? ''),
  }
  return problems.length > 0 ? { ok: false, problems } : plausible(state)
}

/** Every host has these; their absence means that a program failed. */
function plausible(state: LiveState): ReadState {
  const problems = [
    ...(hasFamily(state, 'inet')
      ? []
      : ['it has no IPv4 rule, and every kernel has some: `ip` may have failed there']),
    ...(state.links.length > 0 ? [] : ['it has no link, and every host has lo: `ip` may have failed there']),
    ...(Object.keys(state.sysctls).length > 0
      ? []
      : ['it has no sysctl: there may be no `grep` there, or no /proc/sys']),
  ]
  return problems.length === 0 ? ok(state) : { ok: false, problems }
}

/** Names and contents in order. */
function partsOf(text: string): readonly (readonly [string, string])[] {
  // A terminal in between turns line ends into CRLF.
  const [, ...parts] = `\n${text.replaceAll('\r', '')}`.split(`\n${MARK}`)
  return parts.map((part) => {
    const [name = '', ...lines] = part.split('\n')
    return [name.trim(), lines.join('\n').trim()]
  })
}

/** `ip` prints nothing for an empty list. */
function jsonOf(text: string): readonly Fields[] | undefined {
  if (text === '') return []
  try {
    const value: unknown = JSON.parse(cleaned(text))
    return Array.isArray(value) ? listOf(value) : undefined
  } catch {
    return undefined
  }
}

/**
 * iproute2’s jsonw_puts() does not escape control characters, which a link name may contain. Old versions escape
 * apostrophes, which a link's description may contain.
 */
const cleaned = (text: string): string =>
  text
    .replace(/\\[^]/g, (escape) => (escape === "\\'" ? "'" : escape))
    .replace(/[\u0000-\u0008\u000b\u000c\u000e-\u001f]/g, (control) => {
      const code = control.charCodeAt(0).toString(16)
      return `\\u${code.padStart(4, '0')}`
    })

/** `/proc/sys/net/ipv4/ip_forward:1`, or the path alone; no link's name has a colon (dev_valid_name). */
function readSysctls(text: string): Pick<LiveState, 'sysctls' | 'closed'> {
  const lines = text.split('\n')
  const values = lines.flatMap((line): readonly [string, string][] => {
    const [, path, value] = /^(\/proc\/sys\/[^:]+):(.*)$/.exec(line) ?? []
    return path === undefined || value === undefined ? [] : [[path, plainValue(value)]]
  })
  return {
    sysctls: Object.fromEntries(values),
    closed: lines.filter((line) => /^\/proc\/sys\/[^:]+$/.test(line)),
  }
}

export const plainValue = (value: string): string => value.trim().replace(/\s+/g, ' ')
